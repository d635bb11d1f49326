package hedgerow.server.settings;

import java.security.SecureRandom;
import java.util.HexFormat;

/// A secret key, 32 to 64 bytes, written in hexadecimal. It does not print itself.
public record HexKey(byte[] bytes) {

    private static final int LEAST = 32;

    /// Parses a key.
    ///
    /// @throws IllegalArgumentException if it is not such a key
    public static HexKey parse(String text) {
        if (!text.matches("([0-9a-fA-F]{2}){32,64}")) {
            throw new IllegalArgumentException("must be 64 to 128 hexadecimal digits");
        }
        return new HexKey(HexFormat.of().parseHex(text));
    }

    public static HexKey random() {
        var bytes = new byte[LEAST];
        new SecureRandom().nextBytes(bytes);
        return new HexKey(bytes);
    }

    @Override
    public String toString() {
        return "HexKey";
    }

    /// A key of exactly 32 bytes, as AES-256 needs it.
    public static final class Of32Bytes implements Check<HexKey> {
        @Override
        public void check(HexKey key) {
            if (key.bytes().length != LEAST) {
                throw new IllegalArgumentException("must be 64 hexadecimal digits");
            }
        }
    }
}
