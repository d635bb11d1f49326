package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.http.Sha256;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

class KeySignatureTest {

    private static final ECKeyPair PAIR = ECKeyPair.create(new BigInteger(1, Sha256.of("a wallet of tests")));
    private static final Address SIGNER = new Address("0x" + Keys.getAddress(PAIR));
    private static final byte[] HASH = Sign.getEthereumMessageHash("hello".getBytes(StandardCharsets.UTF_8));

    @Test
    void a_key_is_recovered_from_its_signature() {
        assertThat(KeySignature.parse(signature()).orElseThrow().signer(HASH)).contains(SIGNER);
    }

    /// A development node made it: `personal_sign` of "hello" by its first account.
    @Test
    void the_signature_of_another_program_is_read() {
        var foreign = HexFormat.of()
                .parseHex("f16ea9a3478698f695fd1401bfe27e9e4a7e8e3da94aa72b021125e31fa899cc"
                        + "573c48ea3fe1d4ab61a9db10c19032026e3ed2dbccba5a178235ac27f94504311c");
        assertThat(KeySignature.parse(foreign).orElseThrow().signer(HASH))
                .isEqualTo(Address.parse("0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"));
    }

    @Test
    void a_signature_has_one_form() {
        var good = signature();
        var zeroBased = good.clone();
        zeroBased[64] -= 27;
        assertThat(KeySignature.parse(zeroBased)).as("v of hardware wallets").isPresent();
        assertThat(KeySignature.parse(malleated(good))).as("high s").isEmpty();
        for (int v : new int[] {2, 26, 29, 35, 37, 255}) {
            var other = good.clone();
            other[64] = (byte) v;
            assertThat(KeySignature.parse(other)).as("v %d", v).isEmpty();
        }
    }

    @Test
    void malformed_signatures_are_refused() {
        assertThat(KeySignature.parse(new byte[65])).as("zeros").isEmpty();
        assertThat(KeySignature.parse(new byte[0])).isEmpty();
        assertThat(KeySignature.parse(Arrays.copyOf(signature(), 64)))
                .as("compact")
                .isEmpty();
        assertThat(KeySignature.parse(Arrays.copyOf(signature(), 66))).isEmpty();
        var beyond = signature();
        Arrays.fill(beyond, 0, 32, (byte) 0xff);
        assertThat(KeySignature.parse(beyond)).as("r beyond the order").isEmpty();
        var nowhere = signature();
        System.arraycopy(new byte[32], 0, nowhere, 0, 32);
        nowhere[31] = 5;
        assertThat(KeySignature.parse(nowhere).flatMap(signature -> signature.signer(HASH)))
                .as("r that is no x of the curve")
                .isEmpty();
    }

    private static byte[] signature() {
        return bytes(Sign.signMessage(HASH, PAIR, false));
    }

    static byte[] bytes(Sign.SignatureData data) {
        var bytes = new byte[65];
        System.arraycopy(data.getR(), 0, bytes, 0, 32);
        System.arraycopy(data.getS(), 0, bytes, 32, 32);
        bytes[64] = data.getV()[0];
        return bytes;
    }

    /// The second form of a signature, which anyone can write without the key.
    static byte[] malleated(byte[] signature) {
        var s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
        var other = Sign.CURVE_PARAMS.getN().subtract(s).toByteArray();
        var bytes = signature.clone();
        Arrays.fill(bytes, 32, 64, (byte) 0);
        var length = Math.min(32, other.length);
        System.arraycopy(other, other.length - length, bytes, 64 - length, length);
        bytes[64] = (byte) (signature[64] == 27 ? 28 : 27);
        return bytes;
    }
}
