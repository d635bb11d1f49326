package hedgerow.rls.load;

import java.util.List;
import java.util.Locale;

/// Names and statements as tokens.
final class Tokens {

    private Tokens() {}

    /// The name that a token denotes: `Foo` is foo, `"Foo"` is Foo.
    static String name(String token) {
        return token.startsWith("\"") && token.endsWith("\"") && token.length() > 1
                ? token.substring(1, token.length() - 1).replace("\"\"", "\"")
                : token.toLowerCase(Locale.ROOT);
    }

    static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    /// Joins tokens into one statement: tokens hold no semicolon outside of strings.
    static String statement(List<String> tokens) {
        return String.join(" ", tokens);
    }

    static boolean isWord(String token, String word) {
        return token.equalsIgnoreCase(word);
    }
}
