package hedgerow.server.auth;

import hedgerow.server.http.Sha256;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/// A wallet that holds its own key.
record Wallet(ECKeyPair pair) {

    static Wallet of(String name) {
        return new Wallet(ECKeyPair.create(new BigInteger(1, Sha256.of(name))));
    }

    Address address() {
        return new Address("0x" + Keys.getAddress(pair));
    }

    byte[] hash(String message) {
        return Sign.getEthereumMessageHash(message.getBytes(StandardCharsets.UTF_8));
    }

    /// The signature that `personal_sign` returns.
    byte[] signature(String message) {
        return bytes(Sign.signMessage(hash(message), pair, false));
    }

    String sign(String message) {
        return hex(signature(message));
    }

    /// Signs without the prefix that separates messages from transactions.
    String signRaw(String message) {
        return hex(bytes(Sign.signMessage(message.getBytes(StandardCharsets.UTF_8), pair, true)));
    }

    static String hex(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    static byte[] bytes(Sign.SignatureData data) {
        var bytes = new byte[65];
        System.arraycopy(data.getR(), 0, bytes, 0, 32);
        System.arraycopy(data.getS(), 0, bytes, 32, 32);
        bytes[64] = data.getV()[0];
        return bytes;
    }
}
