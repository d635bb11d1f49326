package hedgerow.rls.expr;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;

/// Node trees of function bodies that the catalog keeps as text.
///
/// The server parses them: `PREPARE` with `debug_print_parse` returns the resolved tree, and runs nothing. It resolves
/// names as it does when the function runs: a column before a parameter of the same name. Everything is undone, and
/// works in a read-only transaction of an unprivileged role.
public final class FunctionBodies {

    /// @param language `sql` or `plpgsql`; others cannot be read
    /// @param argumentTypes as SQL spells them
    /// @param argumentNames empty texts where they have none; may be shorter than the types
    /// @param searchPath of the function's own SET clause
    public record Source(
            String name,
            String language,
            String body,
            List<String> argumentTypes,
            List<String> argumentNames,
            Optional<String> searchPath) {}

    private static final Pattern RETURN_ONLY =
            Pattern.compile("(?is)\\s*begin\\s+return\\s+(?<expression>[^;]+?)\\s*;\\s*end\\s*;?\\s*");
    private static final Pattern RETURN_QUERY = Pattern.compile("(?is)query\\s+(?!execute\\b)(?<query>.+)");
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_\\x80-\\uffff][\\w$\\x80-\\uffff]*");
    private static final int MOST_ARGUMENT_USES = 40;
    private static final int LINE = 78;

    private static final String STATEMENT = "hedgerow_function_body";
    private static final String SETTINGS = """
        set local client_min_messages = log;
        set local debug_pretty_print = off;
        set local debug_print_parse = on
        """;

    /// An element of a search path.
    private static final Pattern SCHEMA = Pattern.compile("\"((?:[^\"]++|\"\")*+)\"|([^\",\\s]+)");

    private final Connection connection;

    /// @param connection in a transaction; it is as before afterwards
    public FunctionBodies(Connection connection) {
        this.connection = connection;
    }

    /// @return a node tree for [ExprReader#readQueries]; empty for what is not one plain query
    public Optional<String> read(Source source) throws SQLException {
        var query = query(source);
        if (query.isEmpty() || query.get().indexOf(';') >= 0) {
            return Optional.empty();
        }
        var savepoint = connection.setSavepoint();
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            setUp(source);
            return read(statement, source, query.get());
        } finally {
            connection.rollback(savepoint);
            connection.releaseSavepoint(savepoint);
        }
    }

    /// No semicolon is left in it, so that it is one statement, whatever it says.
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

    private void setUp(Source source) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(SETTINGS);
        }
        if (source.searchPath.isPresent()) {
            searchIn(source.searchPath.get());
        }
    }

    /// By SET, for set_config may be revoked; each schema as a string, for a search path may hold any text, an empty
    /// name among it.
    private void searchIn(String path) throws SQLException {
        var schemas = SCHEMA.matcher(path)
                .results()
                .map(schema -> schema.group(1) != null ? schema.group(1).replace("\"\"", "\"") : schema.group(2))
                .map(schema -> "E'%s'".formatted(schema.replace("\\", "\\\\").replace("'", "''")))
                .collect(Collectors.joining(", "));
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute("set local search_path = " + (schemas.isEmpty() ? "''" : schemas));
        }
    }

    /// Replaces parameters by `$n` one by one, where the server finds no such column.
    private Optional<String> read(Statement statement, Source source, String query) throws SQLException {
        var types = source.argumentTypes.isEmpty() ? "" : "(%s)".formatted(String.join(", ", source.argumentTypes));
        var prefix = "prepare %s%s as ".formatted(STATEMENT, types);
        var text = Optional.of(query);
        for (var i = 0; i < MOST_ARGUMENT_USES && text.isPresent(); i++) {
            var savepoint = connection.setSavepoint();
            try {
                statement.clearWarnings();
                statement.execute(prefix + text.get() + "\n");
                var tree = tree(statement.getWarnings());
                statement.execute("deallocate " + STATEMENT);
                return tree;
            } catch (PSQLException e) {
                connection.rollback(savepoint);
                text = substituted(text.get(), position(e) - prefix.length(), source);
            }
        }
        return Optional.empty();
    }

    /// From 0; negative if there is none, or if the error is about something else than a name.
    private static int position(PSQLException e) {
        var named = "42703".equals(e.getSQLState()) || "42P01".equals(e.getSQLState());
        return named && e.getServerErrorMessage() != null
                ? e.getServerErrorMessage().getPosition() - 1
                : -1;
    }

    private static Optional<String> substituted(String text, int position, Source source) {
        var match = IDENTIFIER.matcher(text);
        if (position < 0 || position >= text.length() || !match.find(position) || match.start() != position) {
            return Optional.empty();
        }
        var end = match.end();
        var name = match.group();
        if (fold(name).equals(source.name) && text.startsWith(".", end) && match.find(end + 1)) {
            end = match.end();
            name = match.group();
        }
        var number = source.argumentNames.indexOf(fold(name)) + 1;
        return number == 0
                ? Optional.empty()
                : Optional.of(text.substring(0, position) + "$" + number + text.substring(end));
    }

    private static String fold(String identifier) {
        return identifier.toLowerCase(Locale.ROOT);
    }

    private static Optional<String> tree(SQLWarning first) {
        var trees = new ArrayList<String>();
        for (var warning = first; warning != null; warning = warning.getNextWarning()) {
            if (warning instanceof PSQLWarning notice
                    && notice.getServerErrorMessage().getDetail() != null) {
                trees.add(joined(notice.getServerErrorMessage().getDetail()));
            }
        }
        return trees.stream().filter(tree -> tree.startsWith("{QUERY")).reduce((_, last) -> last);
    }

    /// The server breaks lines at spaces, and within a word that is as long as a line.
    private static String joined(String detail) {
        var tree = new StringBuilder();
        detail.lines()
                .forEach(line -> tree.append(line).append(line.length() == LINE && line.indexOf(' ') < 0 ? "" : " "));
        return tree.toString();
    }
}
