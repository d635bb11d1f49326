package hedgerow.rls.expr;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;

/// Parses statements that are text into node trees.
///
/// The server does the parsing: `PREPARE` with `debug_print_parse` returns the resolved tree and runs
/// nothing. Closing the parser undoes everything. It works in a read-only transaction of an unprivileged
/// role.
public final class ServerParser implements AutoCloseable {

    /// Replacements for names that are not columns.
    @FunctionalInterface
    public interface Variables {

        /// The replacement of a name.
        ///
        /// @param path the name, or a qualifier and the name, as the server folds them
        /// @return the text to write in its place, such as `$1`
        Optional<String> of(List<String> path);
    }

    private static final Pattern IDENTIFIER =
            Pattern.compile("\"(?:[^\"]++|\"\")*+\"|[A-Za-z_\\x80-\\uffff][\\w$\\x80-\\uffff]*+");
    /// The beginning of the trees of PREPARE itself and of DEALLOCATE.
    private static final String UTILITY = "{QUERY :commandType 6 ";

    private static final int MOST_USES = 60;
    private static final int LINE = 78;

    private static final String STATEMENT = "hedgerow_function_body";
    private static final String SETTINGS = """
        set local client_min_messages = log;
        set local debug_pretty_print = off;
        set local standard_conforming_strings = on;
        set local debug_print_parse = on
        """;

    private static final String WOULD_RUN = "no body was read, because %s would run while the server parses one";
    private static final String RUN_BY_PARSING = """
        select format('the check %s of the domain %s', quote_ident(con.conname), con.contypid::regtype)
          from pg_catalog.pg_constraint con
         where con.contypid <> 0 and con.contype = 'c'
           and exists (select from regexp_matches(con.conbin::text, ':(?:funcid|opfuncid) (\\d+)', 'g') called
                         join pg_catalog.pg_proc fun on fun.oid = called[1]::oid
                         join pg_catalog.pg_language lan on lan.oid = fun.prolang
                        where fun.provolatile <> 'i' or lan.lanname not in ('internal', 'c'))
         union all
        select format('the function %s of the range type %s', fun.oid::regprocedure, ran.rngtypid::regtype)
          from pg_catalog.pg_range ran
          join pg_catalog.pg_opclass cla on cla.oid = ran.rngsubopc
          join pg_catalog.pg_proc fun
            on fun.oid = ran.rngcanonical
               or fun.oid in (select amproc from pg_catalog.pg_amproc where amprocfamily = cla.opcfamily)
          join pg_catalog.pg_language lan on lan.oid = fun.prolang
         where lan.lanname not in ('internal', 'c')
         order by 1
         limit 1
        """;

    /// An element of a search path.
    private static final Pattern SCHEMA = Pattern.compile("\"((?:[^\"]++|\"\")*+)\"|([^\",\\s]+)");

    private final Connection connection;
    private final Savepoint start;
    private final Statement statement;
    private Savepoint settled;

    /// The reason why nothing may be parsed here. A literal of a domain's type is checked by the domain's
    /// constraint while it is parsed, so that a check would run with the reader's rights, unless it calls
    /// only immutable functions that superusers alone can make: PostgreSQL's own, and C. The same applies to
    /// the function that orders the bounds of a range.
    ///
    /// @return a line for the reader; empty if parsing runs nothing
    public static Optional<String> hindrance(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(RUN_BY_PARSING)) {
            return rows.next() ? Optional.of(WOULD_RUN.formatted(rows.getString(1))) : Optional.empty();
        }
    }

    /// A parser on a connection.
    ///
    /// @param connection in a transaction; its state is unchanged after this is closed
    /// @param searchPath of the SET clause of the function that contains the statements
    public ServerParser(Connection connection, Optional<String> searchPath) throws SQLException {
        this.connection = connection;
        start = connection.setSavepoint();
        statement = connection.createStatement();
        statement.setEscapeProcessing(false);
        statement.execute(
                searchPath.map(path -> SETTINGS + "; " + searchIn(path)).orElse(SETTINGS));
        settled = connection.setSavepoint();
    }

    /// The SET command for a search path. SET is used because set_config may be revoked; each schema is a
    /// string because a search path may hold any text, including an empty name.
    private static String searchIn(String path) {
        var schemas = SCHEMA.matcher(path)
                .results()
                .map(schema -> schema.group(1) != null ? schema.group(1).replace("\"\"", "\"") : schema.group(2))
                .map(schema -> "E'%s'".formatted(schema.replace("\\", "\\\\").replace("'", "''")))
                .collect(Collectors.joining(", "));
        return "set local search_path = " + (schemas.isEmpty() ? "''" : schemas);
    }

    /// Parses a statement.
    ///
    /// @param text one SELECT, INSERT, UPDATE, DELETE, MERGE or VALUES; a text with a semicolon is not
    ///     parsed, so that it is always one statement
    /// @param types of `$1` and so on, in SQL syntax
    /// @return empty if the server finds an error in it
    public Optional<String> tree(String text, List<String> types) throws SQLException {
        return tree(text, types, _ -> Optional.empty());
    }

    /// Parses a statement, and replaces names one by one where the server finds no such column: a column
    /// takes precedence over a variable of the same name, as when the function runs.
    public Optional<String> tree(String text, List<String> types, Variables variables) throws SQLException {
        var prefix = "prepare %s%s as "
                .formatted(STATEMENT, types.isEmpty() ? "" : "(%s)".formatted(String.join(", ", types)));
        var next = Optional.of(text);
        for (var i = 0; i < MOST_USES && next.isPresent() && next.get().indexOf(';') < 0; i++) {
            try {
                statement.clearWarnings();
                statement.execute(prefix + next.get() + "\n; deallocate " + STATEMENT);
                return tree(statement.getWarnings());
            } catch (PSQLException e) {
                connection.rollback(settled);
                next = substituted(next.get(), position(e) - prefix.length(), variables);
            }
        }
        return Optional.empty();
    }

    /// The position of an error, from 0; negative if there is none, or if the error is not about a name.
    private static int position(PSQLException e) {
        var named = "42703".equals(e.getSQLState()) || "42P01".equals(e.getSQLState());
        return named && e.getServerErrorMessage() != null
                ? e.getServerErrorMessage().getPosition() - 1
                : -1;
    }

    private static Optional<String> substituted(String text, int position, Variables variables) {
        var match = IDENTIFIER.matcher(text);
        if (position < 0 || position >= text.length() || !match.find(position) || match.start() != position) {
            return Optional.empty();
        }
        var end = match.end();
        var name = folded(match.group());
        if (text.startsWith(".", end) && match.find(end + 1) && match.start() == end + 1) {
            var qualified = variables.of(List.of(name, folded(match.group())));
            if (qualified.isPresent()) {
                return qualified.map(with -> text.substring(0, position) + with + text.substring(match.end()));
            }
        }
        return variables.of(List.of(name)).map(with -> text.substring(0, position) + with + text.substring(end));
    }

    /// The name that an identifier denotes: `Foo` is foo, `"Foo"` is Foo.
    public static String folded(String identifier) {
        return identifier.startsWith("\"")
                ? identifier.substring(1, identifier.length() - 1).replace("\"\"", "\"")
                : identifier.toLowerCase(Locale.ROOT);
    }

    private static Optional<String> tree(SQLWarning first) {
        var trees = new ArrayList<String>();
        for (var warning = first; warning != null; warning = warning.getNextWarning()) {
            if (warning instanceof PSQLWarning notice
                    && notice.getServerErrorMessage().getDetail() != null) {
                trees.add(joined(notice.getServerErrorMessage().getDetail()));
            }
        }
        return trees.stream()
                .filter(tree -> tree.startsWith("{QUERY") && !tree.startsWith(UTILITY))
                .findFirst();
    }

    /// Joins the lines of a tree. The server breaks lines at spaces, and inside a word that is as long as a
    /// line.
    private static String joined(String detail) {
        var tree = new StringBuilder();
        detail.lines()
                .forEach(line -> tree.append(line).append(line.length() == LINE && line.indexOf(' ') < 0 ? "" : " "));
        return tree.toString();
    }

    @Override
    public void close() throws SQLException {
        statement.close();
        connection.rollback(start);
        connection.releaseSavepoint(start);
    }
}
