package hedgerow.server.auth;

import hedgerow.server.http.Sha256;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/// A secret that the service issues: an API key, a session or an invitation.
///
/// `<kind><36 letters and digits><6 hexadecimal digits>`. The middle carries 214 random bits. The end is
/// the beginning of the SHA-256 of the text before it, so that a typing error is refused without a look-up,
/// and a scanner can distinguish a leaked token from a look-alike:
///
///     hk_(live|test)_[0-9A-Za-z]{36}[0-9a-f]{6}     hs_...     hi_...
///
/// Only [#hash] is ever stored. [#toString] does not reveal the secret.
public final class Token {

    /// The kinds of tokens.
    public enum Kind {
        LIVE_KEY("hk_live_"),
        TEST_KEY("hk_test_"),
        SESSION("hs_"),
        INVITATION("hi_");

        private final String start;

        Kind(String start) {
            this.start = start;
        }

        String start() {
            return start;
        }
    }

    private static final int RANDOM = 36;
    private static final int SHOWN = 8;
    private static final int CHECKSUM = 6;
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final SecureRandom SECURE = new SecureRandom();

    private final Kind kind;
    private final String text;

    private Token(Kind kind, String text) {
        this.kind = kind;
        this.text = text;
    }

    /// Generates a new token.
    public static Token generate(Kind kind) {
        var body = kind.start() + random(RANDOM);
        return new Token(kind, withChecksum(body));
    }

    /// Completes a token.
    ///
    /// @param body kind and middle of a token
    public static String withChecksum(String body) {
        return body + checksum(body);
    }

    /// Parses a caller's text; empty if it is not one of our tokens, or is mistyped.
    public static Optional<Token> parse(String text) {
        return Arrays.stream(Kind.values())
                .filter(kind -> text.startsWith(kind.start()))
                .filter(kind -> isWhole(kind, text))
                .findFirst()
                .map(kind -> new Token(kind, text));
    }

    private static boolean isWhole(Kind kind, String text) {
        var end = kind.start().length() + RANDOM;
        return text.length() == end + CHECKSUM
                && text.substring(kind.start().length(), end).chars().allMatch(c -> ALPHABET.indexOf(c) >= 0)
                && text.substring(end).equals(checksum(text.substring(0, end)));
    }

    /// Generates random text.
    ///
    /// @return letters and digits, 5.95 random bits each
    static String random(int length) {
        return SECURE.ints(length, 0, ALPHABET.length())
                .mapToObj(ALPHABET::charAt)
                .collect(StringBuilder::new, StringBuilder::append, StringBuilder::append)
                .toString();
    }

    private static String checksum(String body) {
        return HexFormat.of().formatHex(Sha256.of(body)).substring(0, CHECKSUM);
    }

    public Kind kind() {
        return kind;
    }

    /// The secret itself. Show it once, to its owner, and store it nowhere.
    public String secret() {
        return text;
    }

    /// The SHA-256 of the whole token. Because the token has 214 random bits, no salt and no slow hash is
    /// needed.
    public byte[] hash() {
        return Sha256.of(text);
    }

    /// The prefix by which people recognize it. The 28 characters that are left out have 166 random bits.
    public String prefix() {
        return text.substring(0, kind.start().length() + SHOWN);
    }

    @Override
    public String toString() {
        return prefix() + "...";
    }
}
