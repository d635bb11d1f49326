package hedgerow.server.http;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// HMAC-SHA-256 under one key. Thread-safe.
final class Hmac {

    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    Hmac(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /// Derives a key for each purpose, so that no two uses of the server's key can be confused.
    static Hmac derived(byte[] key, String purpose) {
        return new Hmac(new Hmac(key).of(purpose.getBytes(StandardCharsets.UTF_8)));
    }

    /// Computes the code of a message.
    ///
    /// @param parts of one message
    byte[] of(byte[]... parts) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            for (var part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
