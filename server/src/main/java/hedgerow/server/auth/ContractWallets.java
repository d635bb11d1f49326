package hedgerow.server.auth;

import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.DynamicBytes;
import org.web3j.abi.datatypes.generated.Bytes32;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.core.DefaultBlockParameterName;
import org.web3j.protocol.core.methods.request.Transaction;
import org.web3j.protocol.core.methods.response.EthCall;
import org.web3j.protocol.http.HttpService;

/// Queries chains whether the contract of a wallet accepts a signature (ERC-1271), deployed or not
/// (ERC-6492).
///
/// One `eth_call` runs `ValidateSignature.sol`; only the byte 1 is acceptance. A revert is a refusal; an
/// unreachable chain is neither.
///
/// @see <a href="https://eips.ethereum.org/EIPS/eip-1271">ERC-1271</a>
/// @see <a href="https://eips.ethereum.org/EIPS/eip-6492">ERC-6492</a>
final class ContractWallets {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /// The caller of `eth_call`. It is not the zero address, because some wallets accept everything from
    /// that one in simulations.
    private static final String ASKER = "0x00000000000000000000000000000000068ed9e0";

    private static final BigInteger GAS = BigInteger.valueOf(5_000_000);
    private static final String VALIDATOR = validator();

    private final Map<Long, Web3j> chains;

    /// The chains to query.
    ///
    /// @param endpoints the JSON-RPC address of each chain, by EIP-155 id
    ContractWallets(Map<Long, URI> endpoints) {
        var client = new OkHttpClient.Builder()
                .callTimeout(TIMEOUT)
                .followRedirects(false)
                .build();
        chains = endpoints.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey,
                        chain -> Web3j.build(new HttpService(chain.getValue().toString(), client))));
    }

    boolean canAsk(long chainId) {
        return chains.containsKey(chainId);
    }

    /// Whether the contract of an account accepts a signature.
    ///
    /// @throws Problem [ProblemCode#UNAVAILABLE] if the chain does not answer
    boolean agrees(long chainId, Address account, byte[] messageHash, byte[] signature) {
        try {
            var question = new Transaction(ASKER, null, null, GAS, null, null, call(account, messageHash, signature));
            return isYes(chains.get(chainId)
                    .ethCall(question, DefaultBlockParameterName.LATEST)
                    .send());
        } catch (IOException | RuntimeException e) {
            throw new Problem(ProblemCode.UNAVAILABLE, "Chain %d does not answer. Try again.".formatted(chainId))
                    .withHeader("Retry-After", "5");
        }
    }

    private static boolean isYes(EthCall answer) {
        return !answer.hasError() && "0x01".equals(answer.getValue());
    }

    private static String call(Address account, byte[] messageHash, byte[] signature) {
        return VALIDATOR
                + FunctionEncoder.encodeConstructor(List.of(
                        new org.web3j.abi.datatypes.Address(account.lowerCase()),
                        new Bytes32(messageHash),
                        new DynamicBytes(signature)));
    }

    /// The compiled `src/main/solidity/ValidateSignature.sol`; a test compares the two.
    private static String validator() {
        try (var in = ContractWallets.class.getResourceAsStream("ValidateSignature.hex")) {
            return "0x" + new String(in.readAllBytes(), StandardCharsets.US_ASCII).replaceAll("\\s", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
