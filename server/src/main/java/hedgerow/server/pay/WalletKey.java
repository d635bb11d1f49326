package hedgerow.server.pay;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.web3j.crypto.Keys;
import org.web3j.utils.Numeric;

/// A new key of a wallet, which does not print itself.
public final class WalletKey {

    private static final int BYTES = 32;

    private final byte[] secret;
    private final String address;

    private WalletKey(byte[] secret, String address) {
        this.secret = secret;
        this.address = address;
    }

    /// Generates a random key, on secp256k1.
    public static WalletKey make() {
        try {
            var pair = Keys.createEcKeyPair();
            return new WalletKey(Numeric.toBytesPadded(pair.getPrivateKey(), BYTES), "0x" + Keys.getAddress(pair));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no secp256k1", e);
        }
    }

    /// The secret of 32 bytes, until [#forget()].
    public byte[] secret() {
        return secret;
    }

    /// The address, in lower case.
    public String address() {
        return address;
    }

    public void forget() {
        Arrays.fill(secret, (byte) 0);
    }
}
