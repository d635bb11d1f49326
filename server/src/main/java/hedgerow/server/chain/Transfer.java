package hedgerow.server.chain;

import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Address;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Uint256;

/// A payment as a chain sees it: the native asset, or ERC-20 `transfer`.
///
/// @param contract of the token; empty: the native asset
record Transfer(String from, Optional<String> contract, String recipient, BigInteger amount) {

    String to() {
        return contract.orElse(recipient);
    }

    BigInteger value() {
        return contract.isPresent() ? BigInteger.ZERO : amount;
    }

    String data() {
        return contract.isPresent()
                ? FunctionEncoder.encode(new Function(
                        "transfer",
                        java.util.List.of(new Address(recipient), new Uint256(amount)),
                        java.util.List.of()))
                : "0x";
    }

    Map<String, String> call() {
        return Map.of("from", from, "to", to(), "value", Node.hex(value()), "data", data());
    }

    static Map<String, String> balanceOf(String contract, String holder) {
        var data = FunctionEncoder.encode(
                new Function("balanceOf", java.util.List.of(new Address(holder)), java.util.List.of()));
        return Map.of("to", contract, "data", data);
    }
}
