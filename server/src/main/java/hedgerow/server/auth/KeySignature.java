package hedgerow.server.auth;

import java.math.BigInteger;
import java.util.Optional;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;

/// A secp256k1 signature of `r`, `s` and `v`, 65 bytes.
///
/// There is one valid form of each signature: `s` in the lower half of the order (EIP-2), and no compact
/// form (EIP-2098). `v` is 27 or 28; hardware wallets send 0 or 1 for the same, which is accepted too.
///
/// @see <a href="https://eips.ethereum.org/EIPS/eip-191">EIP-191</a>
record KeySignature(ECDSASignature numbers, int recoveryId) {

    private static final int LENGTH = 65;
    private static final BigInteger ORDER = Sign.CURVE_PARAMS.getN();

    /// Parses a signature; empty if the bytes are not a key's signature, or not in its only valid form.
    static Optional<KeySignature> parse(byte[] bytes) {
        if (bytes.length != LENGTH) {
            return Optional.empty();
        }
        var numbers = new ECDSASignature(number(bytes, 0), number(bytes, 32));
        var v = bytes[64] & 0xff;
        var id = v >= 27 ? v - 27 : v;
        var valid = (id == 0 || id == 1) && isScalar(numbers.r) && isScalar(numbers.s) && numbers.isCanonical();
        return valid ? Optional.of(new KeySignature(numbers, id)) : Optional.empty();
    }

    private static BigInteger number(byte[] bytes, int offset) {
        return new BigInteger(1, bytes, offset, 32);
    }

    private static boolean isScalar(BigInteger number) {
        return number.signum() > 0 && number.compareTo(ORDER) < 0;
    }

    /// The address whose key signed a message hash; empty if no key could have.
    Optional<Address> signer(byte[] messageHash) {
        try {
            return Optional.ofNullable(Sign.recoverFromSignature(recoveryId, numbers, messageHash))
                    .map(key -> new Address("0x" + Keys.getAddress(key)));
        } catch (RuntimeException e) {
            return Optional.empty(); // r is the x of no point: the library has no other way to report it
        }
    }
}
