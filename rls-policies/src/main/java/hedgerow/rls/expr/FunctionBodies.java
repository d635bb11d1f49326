package hedgerow.rls.expr;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads the node trees of function bodies that the catalog keeps as text, if they are one plain query.
///
/// [ServerParser] has the server parse them; nothing runs.
public final class FunctionBodies {

    /// The text of a function.
    ///
    /// @param language `sql` or `plpgsql`; others cannot be read
    /// @param argumentTypes of the input arguments, in SQL syntax
    /// @param argumentNames an unnamed one is an empty text; may be shorter than the types
    /// @param searchPath of the function's own SET clause
    public record Source(
            String name,
            String language,
            String body,
            List<String> argumentTypes,
            List<String> argumentNames,
            Optional<String> searchPath) {

        private Optional<String> variable(List<String> path) {
            var known = path.size() == 1 || path.getFirst().equals(name);
            var number = argumentNames.indexOf(path.getLast()) + 1;
            return known && number > 0 ? Optional.of("$" + number) : Optional.empty();
        }
    }

    private static final Pattern RETURN_ONLY =
            Pattern.compile("(?is)\\s*begin\\s+return\\s+(?<expression>[^;]+?)\\s*;\\s*end\\s*;?\\s*");
    private static final Pattern RETURN_QUERY = Pattern.compile("(?is)query\\s+(?!execute\\b)(?<query>.+)");

    private final Connection connection;

    /// A reader on a connection.
    ///
    /// @param connection in a transaction; its state is unchanged afterwards
    public FunctionBodies(Connection connection) {
        this.connection = connection;
    }

    /// Reads a body.
    ///
    /// @return a node tree for [ExprReader#readQueries]; empty for anything but one plain query
    public Optional<String> read(Source source) throws SQLException {
        var query = query(source);
        if (query.isEmpty()) {
            return Optional.empty();
        }
        try (var parser = new ServerParser(connection, source.searchPath)) {
            return parser.tree(query.get(), source.argumentTypes, source::variable);
        }
    }

    private static Optional<String> query(Source source) {
        return switch (source.language) {
            case "sql" -> Optional.of(source.body.strip().replaceFirst(";$", ""));
            case "plpgsql" -> {
                var match = RETURN_ONLY.matcher(source.body);
                yield match.matches() ? Optional.of(returned(match.group("expression"))) : Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    private static String returned(String expression) {
        var query = RETURN_QUERY.matcher(expression);
        return query.matches() ? query.group("query") : "select " + expression;
    }
}
