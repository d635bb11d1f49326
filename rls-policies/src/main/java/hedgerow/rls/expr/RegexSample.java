package hedgerow.rls.expr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A text that matches a regular expression of the syntax that Java and PostgreSQL share.
public final class RegexSample {

    private static final int MOST = 400;
    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz";
    private static final String DIGITS = "0123456789";

    private static final int USUAL_TIMES = 4;

    private final String regex;
    private final int usualTimes;
    private int at;
    private int n;

    private RegexSample(String regex, int n, int usualTimes) {
        this.regex = regex;
        this.n = n;
        this.usualTimes = usualTimes;
    }

    /// Generates a text.
    ///
    /// @param n different numbers give different texts, where the expression leaves a choice
    public static Optional<String> of(String regex, int n) {
        return of(regex, n, USUAL_TIMES);
    }

    /// Generates a text.
    ///
    /// @param times how often a part is repeated, where the expression leaves it open
    public static Optional<String> of(String regex, int n, int times) {
        try {
            var sample = new RegexSample(regex, n, times);
            var text = sample.alternatives();
            return sample.at == regex.length() ? Optional.of(text) : Optional.empty();
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private boolean more() {
        return at < regex.length();
    }

    private String alternatives() {
        var all = new ArrayList<String>();
        all.add(sequence());
        while (more() && regex.charAt(at) == '|') {
            at++;
            all.add(sequence());
        }
        return all.get(choice(all.size()));
    }

    private int choice(int size) {
        var chosen = n % size;
        n /= size;
        return chosen;
    }

    private String sequence() {
        var text = new StringBuilder();
        while (more() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
            var begin = at;
            var first = atom();
            var end = at;
            var times = times();
            if (times > 0) {
                text.append(first);
            }
            var after = at;
            for (var i = 1; i < times; i++) {
                at = begin;
                text.append(atom());
            }
            at = Math.max(after, end);
        }
        return text.toString();
    }

    private String atom() {
        var c = regex.charAt(at++);
        return switch (c) {
            case '^', '$' -> "";
            case '.' -> pick(LETTERS);
            case '[' -> pick(set());
            case '\\' -> escaped();
            case '(' -> group();
            default -> String.valueOf(c);
        };
    }

    /// The text of a group; none for a condition on what follows, which the text may not meet.
    private String group() {
        var ahead = regex.startsWith("?=", at) || regex.startsWith("?!", at);
        if (ahead || regex.startsWith("?:", at)) {
            at += 2;
        }
        var inner = alternatives();
        at++;
        return ahead ? "" : inner;
    }

    private String pick(String from) {
        return String.valueOf(from.charAt(choice(from.length())));
    }

    private String escaped() {
        var c = regex.charAt(at++);
        return switch (c) {
            case 'd' -> pick(DIGITS);
            case 'w' -> pick(LETTERS);
            case 's' -> " ";
            case 'S' -> pick(LETTERS);
            case 'm', 'M', 'y', 'b', 'A', 'Z' -> "";
            default -> String.valueOf(c);
        };
    }

    private String set() {
        var negated = regex.charAt(at) == '^';
        if (negated) {
            at++;
        }
        var set = new StringBuilder();
        do {
            set.append(part());
        } while (regex.charAt(at) != ']');
        at++;
        return negated ? others(set.toString()) : set.toString();
    }

    private String part() {
        if (regex.startsWith("[:", at)) {
            var end = regex.indexOf(":]", at);
            var name = regex.substring(at + 2, end);
            at = end + 2;
            return switch (name) {
                case "digit" -> DIGITS;
                case "upper" -> LETTERS.toUpperCase(java.util.Locale.ROOT);
                case "space" -> " ";
                default -> LETTERS;
            };
        }
        var from = regex.charAt(at++);
        if (from == '\\') {
            var escaped = regex.charAt(at++);
            return switch (escaped) {
                case 'd' -> DIGITS;
                case 'w' -> LETTERS;
                case 's' -> " ";
                default -> String.valueOf(escaped);
            };
        }
        if (regex.charAt(at) != '-' || regex.charAt(at + 1) == ']') {
            return String.valueOf(from);
        }
        var to = regex.charAt(at + 1);
        at += 2;
        var all = new StringBuilder();
        for (var c = from; c <= to; c++) {
            all.append(c);
        }
        return all.toString();
    }

    private static String others(String set) {
        var others = new StringBuilder();
        (LETTERS + DIGITS).chars().filter(c -> set.indexOf(c) < 0).forEach(c -> others.append((char) c));
        return others.toString();
    }

    private int times() {
        if (!more()) {
            return 1;
        }
        return switch (regex.charAt(at)) {
            case '?' -> {
                at++;
                yield 1;
            }
            case '*', '+' -> {
                at++;
                skipLazy();
                yield usualTimes;
            }
            case '{' -> bounds();
            default -> 1;
        };
    }

    private void skipLazy() {
        if (more() && regex.charAt(at) == '?') {
            at++;
        }
    }

    private int bounds() {
        var end = regex.indexOf('}', at);
        List<String> parts = List.of(regex.substring(at + 1, end).split(",", -1));
        at = end + 1;
        var least = Integer.parseInt(parts.getFirst());
        var most = parts.getLast().isEmpty() ? least + usualTimes : Integer.parseInt(parts.getLast());
        return Math.min(Math.max(least, Math.min(usualTimes, most)), MOST);
    }
}
