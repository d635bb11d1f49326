package hedgerow.rls.prove;

import hedgerow.rls.expr.Expr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// A boolean expression as the server writes it, taken apart at AND and OR. The results are tried before
/// anybody reads them, so that a form that is not understood costs only a candidate.
///
/// @param text without its outer parentheses
/// @param word `AND` or `OR`; empty for an atom, which has no parts
record Clause(String text, String word, List<Clause> parts) {

    static Clause of(String sql) {
        var text = bare(spaced(sql));
        for (var word : List.of("OR", "AND")) {
            var parts = split(text, " " + word + " ");
            if (parts.size() > 1) {
                return new Clause(text, word, parts.stream().map(Clause::of).toList());
            }
        }
        return new Clause(text, "", List.of());
    }

    boolean isTrue() {
        return text.equals("true");
    }

    /// An atom, and its expression.
    record Atom(Expr expr, String text) {}

    /// The atoms with their expressions in the server's tree; none for a part where the two differ in form.
    Stream<Atom> atoms(Expr tree) {
        var operands = switch (tree) {
            case Expr.And(var all) when word.equals("AND") -> all;
            case Expr.Or(var all) when word.equals("OR") -> all;
            default -> List.<Expr>of();
        };
        if (word.isEmpty()) {
            return tree instanceof Expr.And || tree instanceof Expr.Or ? Stream.of() : Stream.of(new Atom(tree, text));
        }
        return operands.size() == parts.size()
                ? IntStream.range(0, parts.size())
                        .boxed()
                        .flatMap(i -> parts.get(i).atoms(operands.get(i)))
                : Stream.of();
    }

    /// The texts with one alternative removed, one for each that could be.
    List<String> withoutAlternatives() {
        var shorter = new ArrayList<String>();
        for (var i = 0; i < parts.size(); i++) {
            if (word.equals("OR")) {
                shorter.add(joined(without(i)));
            }
            var place = i;
            parts.get(i).withoutAlternatives().forEach(part -> shorter.add(joined(with(place, part))));
        }
        return shorter;
    }

    /// The text with its atoms changed.
    String withAtoms(UnaryOperator<String> change) {
        return word.isEmpty()
                ? change.apply(text)
                : joined(parts.stream().map(part -> part.withAtoms(change)).toList());
    }

    /// The conjunction; only the condition where this is TRUE.
    String and(String condition) {
        return isTrue() ? condition : "(%s) AND (%s)".formatted(text, condition);
    }

    private List<String> without(int place) {
        return IntStream.range(0, parts.size())
                .filter(i -> i != place)
                .mapToObj(i -> parts.get(i).text)
                .toList();
    }

    private List<String> with(int place, String part) {
        return IntStream.range(0, parts.size())
                .mapToObj(i -> i == place ? part : parts.get(i).text)
                .toList();
    }

    private String joined(List<String> texts) {
        return texts.size() == 1
                ? texts.getFirst()
                : texts.stream().map("(%s)"::formatted).collect(Collectors.joining(" " + word + " "));
    }

    // --- text ----------------------------------------------------------------------------------------------------

    /// The end of a quoted text or name that begins here.
    private static int afterQuoted(String sql, int start) {
        var quote = sql.charAt(start);
        var escapes = quote == '\'' && start > 0 && sql.charAt(start - 1) == 'E';
        var i = start + 1;
        while (i < sql.length() && sql.charAt(i) != quote) {
            i += escapes && sql.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(i + 1, sql.length());
    }

    private static boolean isQuote(char letter) {
        return letter == '\'' || letter == '"';
    }

    /// The text on one line.
    private static String spaced(String sql) {
        var text = new StringBuilder();
        for (var i = 0; i < sql.length(); ) {
            if (isQuote(sql.charAt(i))) {
                var end = afterQuoted(sql, i);
                text.append(sql, i, end);
                i = end;
            } else {
                var space = Character.isWhitespace(sql.charAt(i));
                if (!space || !text.isEmpty() && text.charAt(text.length() - 1) != ' ') {
                    text.append(space ? ' ' : sql.charAt(i));
                }
                i++;
            }
        }
        return text.toString().strip();
    }

    private static String bare(String text) {
        return text.startsWith("(") && closing(text, 0) == text.length() - 1
                ? bare(text.substring(1, text.length() - 1).strip())
                : text;
    }

    /// The place of the parenthesis that closes the one that opens here; the end of the text if there is
    /// none.
    static int closing(String text, int open) {
        var depth = 0;
        for (var i = open; i < text.length(); i++) {
            switch (text.charAt(i)) {
                case '\'', '"' -> i = afterQuoted(text, i) - 1;
                case '(', '[' -> depth++;
                case ')', ']' -> depth--;
                default -> {}
            }
            if (depth == 0) {
                return i;
            }
        }
        return text.length();
    }

    /// Splits a text at a separator outside of parentheses and quotes.
    static List<String> split(String text, String separator) {
        var parts = new ArrayList<String>();
        var start = 0;
        for (var i = 0; i < text.length(); i++) {
            var letter = text.charAt(i);
            if (isQuote(letter)) {
                i = afterQuoted(text, i) - 1;
            } else if (letter == '(' || letter == '[') {
                i = closing(text, i);
            } else if (text.startsWith(separator, i)) {
                parts.add(text.substring(start, i));
                start = i + separator.length();
                i = start - 1;
            }
        }
        parts.add(text.substring(start));
        return parts;
    }

    /// Applies a change outside of quoted text; names in double quotes are included.
    static String outsideOfText(String sql, UnaryOperator<String> change) {
        var text = new StringBuilder();
        var start = 0;
        for (var i = 0; i < sql.length(); i++) {
            if (sql.charAt(i) == '\'') {
                text.append(change.apply(sql.substring(start, i)));
                var end = afterQuoted(sql, i);
                text.append(sql, i, end);
                start = end;
                i = end - 1;
            } else if (sql.charAt(i) == '"') {
                i = afterQuoted(sql, i) - 1;
            }
        }
        return text.append(change.apply(sql.substring(start))).toString();
    }

    /// The first argument of the call with which the text begins, if it does.
    static Optional<String> firstArgument(String text, String function) {
        return text.startsWith(function + "(")
                ? Optional.of(split(text.substring(function.length() + 1, closing(text, function.length())), ", ")
                        .getFirst())
                : Optional.empty();
    }
}
