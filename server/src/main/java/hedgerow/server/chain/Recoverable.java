package hedgerow.server.chain;

import java.math.BigInteger;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Sign;
import org.web3j.crypto.Sign.SignatureData;
import org.web3j.utils.Numeric;

/// Makes the signatures that [Sign#signMessage] makes, in a third of the time. That one tries which public key each
/// recovery bit yields; the bits are known from the point whose abscissa is `r`.
final class Recoverable {

    private static final ECDomainParameters CURVE = new ECDomainParameters(
            Sign.CURVE_PARAMS.getCurve(), Sign.CURVE_PARAMS.getG(), Sign.CURVE_PARAMS.getN(), Sign.CURVE_PARAMS.getH());
    private static final int NUMBER = 32;
    private static final int FIRST_BIT = 27;

    private Recoverable() {}

    static SignatureData sign(ECKeyPair pair, byte[] digest) {
        var nonces = new Nonces();
        var signer = new ECDSASigner(nonces);
        signer.init(true, new ECPrivateKeyParameters(pair.getPrivateKey(), CURVE));
        var numbers = signer.generateSignature(digest);
        var signature = new ECDSASignature(numbers[0], numbers[1]);
        var canonical = signature.toCanonicalised();
        var point = Sign.publicPointFromPrivate(nonces.last).normalize();
        var isOdd = point.getAffineYCoord().testBitZero() == signature.isCanonical();
        var isReduced = !point.getAffineXCoord().toBigInteger().equals(numbers[0]);
        return new SignatureData(
                (byte) (FIRST_BIT + (isOdd ? 1 : 0) + (isReduced ? 2 : 0)),
                Numeric.toBytesPadded(canonical.r, NUMBER),
                Numeric.toBytesPadded(canonical.s, NUMBER));
    }

    /// The numbers that signatures are made with, as RFC 6979 derives them; each signer has its own.
    private static final class Nonces extends HMacDSAKCalculator {

        private BigInteger last;

        Nonces() {
            super(new SHA256Digest());
        }

        @Override
        public BigInteger nextK() {
            last = super.nextK();
            return last;
        }
    }
}
