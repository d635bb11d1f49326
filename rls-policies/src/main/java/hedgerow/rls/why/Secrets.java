package hedgerow.rls.why;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Decides by names which values are not shown, because an explanation is passed on to others.
final class Secrets {

    private static final Pattern NAMES = Pattern.compile(
            "(?i)secret|passw|token|credential|private|digest|hash|seal|api_?key|signing_?key|\\bmac\\b|salt");

    private static final String HIDDEN = "(not shown)";
    private static final int LONGEST = 80;

    private Secrets() {}

    static boolean isSecret(String expression) {
        return NAMES.matcher(expression).find();
    }

    /// Whether a column is secret by its name, or because a policy compares it with a secret.
    static boolean isSecret(String column, List<String> policies) {
        var word = Pattern.compile("(?<!\\w)%s(?!\\w)".formatted(Pattern.quote(column)));
        return isSecret(column)
                || policies.stream()
                        .flatMap(policy -> Expressions.terms(policy).stream())
                        .anyMatch(term -> isSecret(term) && word.matcher(term).find());
    }

    /// The text to show for a value.
    ///
    /// @param value empty for NULL
    /// @return the value in SQL syntax, shortened
    static String shown(boolean secret, Optional<String> value) {
        return secret ? HIDDEN : value.map(Secrets::literal).orElse("null");
    }

    private static String literal(String text) {
        var some = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return "'%s'".formatted(some.replace("'", "''"));
    }
}
