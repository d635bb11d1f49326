package hedgerow.rls.smt;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;

/// Builds SMT-LIB terms, as text, and simplifies obvious ones.
///
/// @see <a href="https://smt-lib.org/language.shtml">SMT-LIB 2.6</a>
public final class Terms {

    public static final String TRUE = "true";
    public static final String FALSE = "false";

    public static String not(String term) {
        return switch (term) {
            case TRUE -> FALSE;
            case FALSE -> TRUE;
            default -> term.startsWith("(not ") ? term.substring(5, term.length() - 1) : "(not " + term + ")";
        };
    }

    public static String and(String... parts) {
        return and(List.of(parts));
    }

    public static String and(Collection<String> parts) {
        return nary("and", TRUE, FALSE, parts);
    }

    public static String or(String... parts) {
        return or(List.of(parts));
    }

    public static String or(Collection<String> parts) {
        return nary("or", FALSE, TRUE, parts);
    }

    private static String nary(String operator, String neutral, String decisive, Collection<String> parts) {
        var kept = new LinkedHashSet<>(parts);
        kept.remove(neutral);
        if (kept.contains(decisive)) {
            return decisive;
        }
        return switch (kept.size()) {
            case 0 -> neutral;
            case 1 -> kept.getFirst();
            default -> "(%s %s)".formatted(operator, String.join(" ", kept));
        };
    }

    public static String implies(String premise, String conclusion) {
        return or(not(premise), conclusion);
    }

    public static String eq(String left, String right) {
        return left.equals(right) ? TRUE : "(= %s %s)".formatted(left, right);
    }

    public static String ite(String condition, String then, String otherwise) {
        return switch (condition) {
            case TRUE -> then;
            case FALSE -> otherwise;
            default -> then.equals(otherwise) ? then : "(ite %s %s %s)".formatted(condition, then, otherwise);
        };
    }

    public static String apply(String function, Collection<String> arguments) {
        return arguments.isEmpty() ? function : "(%s %s)".formatted(function, String.join(" ", arguments));
    }

    public static String number(BigDecimal number) {
        var digits = number.abs().toPlainString();
        var real = digits.contains(".") ? digits : digits + ".0";
        return number.signum() < 0 ? "(- %s)".formatted(real) : real;
    }

    public static String ratio(long number, long of) {
        var ratio = "(/ %d.0 %d.0)".formatted(Math.abs(number), of);
        return number < 0 ? "(- %s)".formatted(ratio) : ratio;
    }

    /// The characters of a text that may appear in a symbol.
    public static String symbol(String text) {
        return text.replaceAll("[^A-Za-z0-9_]", "_");
    }

    private Terms() {}
}
