package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// The columns and constraints between the parentheses of a CREATE TABLE, as runs of its tokens.
final class TableElements {

    private static final Set<String> BEFORE_NAME = Set.of(
            "create", "temp", "temporary", "unlogged", "foreign", "global", "local", "table", "if", "not", "exists");
    private static final Set<String> CONSTRAINTS =
            Set.of("constraint", "check", "unique", "primary", "foreign", "exclude");

    /// Tokens that end an expression such as a default value, outside parentheses.
    private static final Set<String> NEXT_CLAUSE = Set.of(
            "not", "null", "default", "check", "unique", "primary", "references", "constraint", "generated", "collate");

    private final List<String> tokens;
    private final int open;
    private final int close;

    /// A run of tokens.
    ///
    /// @param to exclusive
    record Span(int from, int to) {}

    /// A constraint.
    ///
    /// @param name the server's name for it, whether or not the statement gives one
    record Constraint(String name, int at) {}

    private TableElements(List<String> tokens, int open, int close) {
        this.tokens = tokens;
        this.open = open;
        this.close = close;
    }

    /// The elements of a statement; empty for another statement, and for a table whose columns come from
    /// elsewhere.
    static Optional<TableElements> of(Statement statement) {
        var tokens = statement.tokens();
        if (!statement.begins("create") || !tokens.stream().limit(5).anyMatch(token -> Tokens.isWord(token, "table"))) {
            return Optional.empty();
        }
        var open = nameAt(tokens) + 1;
        if (open + 1 < tokens.size() && tokens.get(open).equals(".")) {
            open += 2;
        }
        if (open >= tokens.size() || !tokens.get(open).equals("(")) {
            return Optional.empty();
        }
        return Optional.of(new TableElements(tokens, open, end(tokens, open) - 1));
    }

    /// The columns that ALTER TABLE adds.
    static Optional<TableElements> added(Statement statement) {
        var last = statement.tokens().size();
        return statement.begins("alter", "table") && statement.has("add")
                ? Optional.of(new TableElements(statement.tokens(), 1, last))
                : Optional.empty();
    }

    private static int nameAt(List<String> tokens) {
        var at = 0;
        while (at < tokens.size() && BEFORE_NAME.contains(tokens.get(at).toLowerCase(Locale.ROOT))) {
            at++;
        }
        return at;
    }

    /// The index after the parenthesis that closes the one at `open`.
    static int end(List<String> tokens, int open) {
        var depth = 0;
        for (var i = open; i < tokens.size(); i++) {
            depth += tokens.get(i).equals("(") ? 1 : tokens.get(i).equals(")") ? -1 : 0;
            if (depth == 0) {
                return i + 1;
            }
        }
        return tokens.size();
    }

    List<Span> all() {
        var spans = new ArrayList<Span>();
        var from = open + 1;
        for (var i = from; i <= close; i++) {
            if (i == close || tokens.get(i).equals(",")) {
                spans.add(new Span(from, i));
                from = i + 1;
            } else if (tokens.get(i).equals("(")) {
                i = end(tokens, i) - 1;
            }
        }
        return spans.stream().filter(span -> span.from() < span.to()).toList();
    }

    boolean isColumn(Span element) {
        var first = word(element.from());
        return !CONSTRAINTS.contains(first) && !first.equals("like");
    }

    /// The name of a column.
    String name(Span column) {
        return Tokens.name(tokens.get(column.from()));
    }

    /// The constraints of an element.
    ///
    /// @param table its name, from which the server derives the names that the statement does not give
    List<Constraint> constraints(Span element, String table) {
        var found = new ArrayList<Constraint>();
        var given = Optional.<String>empty();
        for (var i = element.from(); i < element.to(); i++) {
            if (word(i).equals("constraint") && i + 1 < element.to()) {
                given = Optional.of(Tokens.name(tokens.get(i + 1)));
                i++;
                continue;
            }
            var suffix = suffix(i);
            if (suffix.isPresent()) {
                var columns = isColumn(element) ? name(element) : columns(i);
                var made = suffix.get().equals("pkey") || columns.isEmpty()
                        ? "%s_%s".formatted(table, suffix.get())
                        : "%s_%s_%s".formatted(table, columns, suffix.get());
                found.add(new Constraint(given.orElse(made), i));
                given = Optional.empty();
            }
            if (tokens.get(i).equals("(")) {
                i = end(tokens, i) - 1;
            }
        }
        return found;
    }

    private Optional<String> suffix(int at) {
        return switch (word(at)) {
            case "primary" -> Optional.of("pkey");
            case "unique" -> Optional.of("key");
            case "references" -> wasForeign(at) ? Optional.empty() : Optional.of("fkey");
            case "foreign" -> Optional.of("fkey");
            case "check" -> Optional.of("check");
            default -> Optional.empty();
        };
    }

    private boolean wasForeign(int references) {
        for (var i = references - 1; i > open && !tokens.get(i).equals(","); i--) {
            if (tokens.get(i).equals(")")) {
                i = matching(i);
            } else if (word(i).equals("foreign")) {
                return true;
            }
        }
        return false;
    }

    private int matching(int closing) {
        var depth = 0;
        for (var i = closing; i > open; i--) {
            depth += tokens.get(i).equals(")") ? 1 : tokens.get(i).equals("(") ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return open;
    }

    /// The columns of a key, joined as the server does; empty for a check.
    private String columns(int at) {
        if (word(at).equals("check")) {
            return "";
        }
        var from = at;
        while (from < close && !tokens.get(from).equals("(")) {
            from++;
        }
        return String.join(
                "_",
                tokens.subList(Math.min(from + 1, close), Math.max(end(tokens, from) - 1, from + 1)).stream()
                        .filter(token -> !token.equals(","))
                        .map(Tokens::name)
                        .toList());
    }

    /// The smallest optional part of the table that names something: a constraint of the table, or the
    /// default, check or reference of a column.
    Optional<Span> optionalPart(String named) {
        for (var element : all()) {
            if (!mentions(element, named)) {
                continue;
            }
            var part = isColumn(element) ? clause(element, named) : Optional.of(withComma(element));
            if (part.isPresent()) {
                return part;
            }
        }
        return Optional.empty();
    }

    private boolean mentions(Span span, String named) {
        return tokens.subList(span.from(), span.to()).stream()
                .anyMatch(token -> Tokens.name(token).equals(named) || token.startsWith("'") && token.contains(named));
    }

    private Span withComma(Span element) {
        return tokens.get(element.from() - 1).equals(",")
                ? new Span(element.from() - 1, element.to())
                : new Span(element.from(), Math.min(element.to() + 1, close));
    }

    private Optional<Span> clause(Span column, String named) {
        for (var i = column.from() + 1; i < column.to(); i++) {
            if (Set.of("default", "check", "references").contains(word(i))) {
                var span = new Span(startOf(i), endOf(i, column.to()));
                if (mentions(span, named)) {
                    return Optional.of(span);
                }
            }
            if (tokens.get(i).equals("(")) {
                i = end(tokens, i) - 1;
            }
        }
        return Optional.empty();
    }

    /// The start of a clause, including its name.
    private int startOf(int clause) {
        return word(clause - 2).equals("constraint") ? clause - 2 : clause;
    }

    private int endOf(int clause, int limit) {
        var i = clause + 1;
        while (i < limit && !(NEXT_CLAUSE.contains(word(i)) && !isActionOrDefault(clause, i))) {
            i = tokens.get(i).equals("(") ? end(tokens, i) : i + 1;
        }
        return Math.min(i, limit);
    }

    /// Whether NULL or DEFAULT belongs to the clause: `default null`, `on delete set null`, `set default`.
    private boolean isActionOrDefault(int clause, int at) {
        return word(at - 1).equals("set") || word(clause).equals("default") && at == clause + 1;
    }

    private String word(int at) {
        return at >= 0 && at < tokens.size() ? tokens.get(at).toLowerCase(Locale.ROOT) : "";
    }
}
