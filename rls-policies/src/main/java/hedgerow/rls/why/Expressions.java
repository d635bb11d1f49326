package hedgerow.rls.why;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Takes apart the text of an expression as `pg_get_expr` writes it: every AND, OR and operator has
/// parentheses of its own, quotes are doubled, and there are neither comments nor dollar quotes.
final class Expressions {

    private static final List<String> COMPARISONS =
            List.of(" = ", " <> ", " <= ", " >= ", " < ", " > ", " IS DISTINCT FROM ", " ~~ ", " @> ", " <@ ");
    private static final Pattern TEST = Pattern.compile("(.*) IS (NOT )?(NULL|TRUE|FALSE|UNKNOWN)", Pattern.DOTALL);
    private static final Pattern NOT_ALONE = Pattern.compile("(?i)(ANY|ALL) ?\\(.*", Pattern.DOTALL);
    private static final Pattern CONSTANT =
            Pattern.compile("\\(?(NULL|true|false|-?[0-9.]+|'(?:[^']++|'')*+')\\)?(::[\\w .\"()\\[\\]]+)?");

    private Expressions() {}

    /// The text for a statement with parameters, in which the driver would mistake an operator such as `?`
    /// for one.
    static String escaped(String sql) {
        var escaped = new StringBuilder();
        var quote = '\0';
        for (var c : sql.toCharArray()) {
            quote = quoteAfter(quote, c);
            escaped.append(c == '?' && quote == '\0' ? "??" : c);
        }
        return escaped.toString();
    }

    /// The quote in effect after a character. A doubled quote ends a text and begins it again.
    private static char quoteAfter(char quote, char c) {
        if (quote == '\0') {
            return c == '\'' || c == '"' ? c : '\0';
        }
        return c == quote ? '\0' : quote;
    }

    /// The conditions that AND, OR and NOT join.
    static List<String> terms(String expression) {
        var inner = bare(expression);
        for (var word : List.of(" AND ", " OR ")) {
            var parts = split(inner, word);
            if (parts.size() > 1) {
                return parts.stream().flatMap(part -> terms(part).stream()).toList();
            }
        }
        return inner.startsWith("NOT ") ? terms(inner.substring("NOT ".length())) : List.of(inner);
    }

    /// The operands of a condition that can stand alone and are not constants.
    static List<String> operands(String term) {
        var inner = bare(term);
        var test = TEST.matcher(inner);
        if (test.matches()) {
            return values(List.of(test.group(1)));
        }
        var list = split(inner, " IN ");
        if (list.size() == 2) {
            return values(List.of(list.getFirst()));
        }
        return COMPARISONS.stream()
                .map(comparison -> split(inner, comparison))
                .filter(parts -> parts.size() == 2)
                .findFirst()
                .map(Expressions::values)
                .orElse(List.of());
    }

    private static List<String> values(List<String> operands) {
        return operands.stream()
                .map(Expressions::bare)
                .filter(operand -> !NOT_ALONE.matcher(operand).matches()
                        && !CONSTANT.matcher(operand).matches())
                .toList();
    }

    /// The expression without its outer parentheses; those of a sub-select belong to it.
    private static String bare(String expression) {
        var text = expression.strip();
        while (isEnclosed(text)) {
            var inner = text.substring(1, text.length() - 1).strip();
            if (inner.regionMatches(true, 0, "select ", 0, "select ".length())) {
                return text;
            }
            text = inner;
        }
        return text;
    }

    /// Whether its first parenthesis is closed by its last character.
    private static boolean isEnclosed(String text) {
        var depth = 0;
        var quote = '\0';
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            quote = quoteAfter(quote, c);
            depth += depth(quote, c);
            if (depth == 0) {
                return i > 0 && i == text.length() - 1;
            }
        }
        return false;
    }

    private static int depth(char quote, char c) {
        return quote != '\0' ? 0 : c == '(' || c == '[' ? 1 : c == ')' || c == ']' ? -1 : 0;
    }

    /// Splits a text at `word`, outside of parentheses and quotes.
    private static List<String> split(String text, String word) {
        var parts = new ArrayList<String>();
        var depth = 0;
        var quote = '\0';
        var begin = 0;
        for (var i = 0; i < text.length(); i++) {
            var c = text.charAt(i);
            quote = quoteAfter(quote, c);
            depth += depth(quote, c);
            if (depth == 0 && quote == '\0' && text.startsWith(word, i)) {
                parts.add(text.substring(begin, i));
                begin = i + word.length();
                i = begin - 1;
            }
        }
        parts.add(text.substring(begin));
        return parts;
    }
}
