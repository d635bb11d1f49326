package hedgerow.rls.load;

import hedgerow.sql.PsqlVariables;
import hedgerow.sql.ScriptPiece;
import hedgerow.sql.ScriptPiece.Statement;
import hedgerow.sql.ScriptProblem;
import hedgerow.sql.SqlScript;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.TransactionState;

/// Runs scripts, statement by statement, and goes on after one that fails.
///
/// Rows do not matter to a review, so that the data of COPY is skipped. Commands of psql that only set the scene are
/// skipped too; what would reach out of the server is refused.
final class ScriptLoader {

    private static final String DENIED = "42501";
    private static final String SYNTAX_ERROR = "42601";
    private static final int MOST_MISSING = 100;
    private static final String SAVEPOINT = "hedgerow_before";

    private static final Set<String> SCENERY = Set.of(
            "\\restrict",
            "\\unrestrict",
            "\\connect",
            "\\c",
            "\\encoding",
            "\\echo",
            "\\qecho",
            "\\warn",
            "\\timing",
            "\\pset",
            "\\a",
            "\\t",
            "\\x",
            "\\f",
            "\\p",
            "\\conninfo");
    private static final Set<String> ABOUT_VARIABLES = Set.of("\\set", "\\unset");
    private static final Set<String> TRANSACTION =
            Set.of("begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release", "prepare");
    private static final Set<String> WRITES_ROWS = Set.of("insert", "update", "delete", "merge");

    /// Integrity and data exceptions.
    private static final Set<String> ABOUT_ROWS = Set.of("22", "23");

    private final Connection connection;
    private final ScriptFiles files;
    private final Includes includes;
    private final PsqlVariables variables = new PsqlVariables();
    private final Limits limits;
    private final Roles roles;
    private final Deferred deferred;
    private final Extensions extensions;
    private final Notes notes;
    private final Places places;

    ScriptLoader(
            Connection connection,
            ScriptFiles files,
            Limits limits,
            Roles roles,
            Deferred deferred,
            Extensions extensions,
            Notes notes,
            Places places) {
        this.connection = connection;
        this.files = files;
        this.includes = files.includes();
        this.limits = limits;
        this.roles = roles;
        this.deferred = deferred;
        this.extensions = extensions;
        this.notes = notes;
        this.places = places;
    }

    /// What another file has included is not loaded again.
    ///
    /// @return false if the session has been ended
    boolean load(Path file) throws SQLException, IOException {
        if (includes.isTaken(file)) {
            return true;
        }
        if (!run(file)) {
            return false;
        }
        if (state() != TransactionState.IDLE) {
            execute("rollback");
            notes.gap("%s: ends inside a transaction, which was rolled back".formatted(file));
        }
        return true;
    }

    private boolean run(Path file) throws SQLException, IOException {
        includes.begin(file);
        try {
            return run(file, files.read(file));
        } catch (ScriptProblem e) {
            notes.gap("%s; nothing of this file was loaded".formatted(e.getMessage()));
            return true;
        } finally {
            includes.end();
        }
    }

    private boolean run(Path file, SqlScript script) throws SQLException, IOException {
        for (var piece : script.pieces()) {
            var goesOn = switch (piece) {
                case ScriptPiece.Command command -> command(file, command);
                case Statement statement -> {
                    filled(script.name(), statement);
                    yield true;
                }
            };
            if (!goesOn) {
                return false;
            }
            if (connection.isClosed()) {
                notes.gap(script.name(), piece, "loading ended here");
                return false;
            }
        }
        return true;
    }

    private boolean command(Path file, ScriptPiece.Command command) throws SQLException, IOException {
        var name = file.toString();
        if (Includes.concerns(command)) {
            return include(file, command);
        }
        if (ABOUT_VARIABLES.contains(command.name())) {
            if (!variables.follow(command)) {
                notes.gap(name, command, "the value is no plain literal, so that the variable is not set");
            }
        } else if (!SCENERY.contains(command.name())) {
            notes.refused(name, command, "a command of psql that could reach out of the database, or is not known");
        }
        return true;
    }

    private boolean include(Path file, ScriptPiece.Command command) throws SQLException, IOException {
        try {
            return run(includes.file(command, file));
        } catch (Includes.Refused e) {
            notes.gap(file.toString(), command, "not included: " + e.getMessage());
            return true;
        }
    }

    private void filled(String file, Statement statement) throws SQLException {
        try {
            for (var one : variables.fill(statement)) {
                statements(file, Roles.concerns(one) ? byName(one).orElse(List.of(one)) : List.of(one));
            }
        } catch (ScriptProblem e) {
            notes.gap(file, statement, "its variables make no statement: " + e.getMessage());
        }
    }

    /// With variables that nobody has set, which are most often names of roles, for their own names; empty if there is
    /// none.
    private Optional<List<Statement>> byName(Statement statement) {
        var named = variables.fillByName(statement);
        if (named.equals(List.of(statement))) {
            return Optional.empty();
        }
        notes.assume("variables of psql that are not set stand for their own names");
        return Optional.of(named);
    }

    private void statements(String file, List<Statement> statements) throws SQLException {
        for (var statement : statements) {
            statement(file, statement);
        }
    }

    private void statement(String file, Statement statement) throws SQLException {
        if (statement.copiesFromStdin()) {
            notes.skippedCopy();
        } else if (statement.begins("create", "database")) {
            notes.assume("all statements are loaded into one database");
        } else if (Roles.concerns(statement)) {
            roles.run(file, statement);
            places.note(file, statement, "");
        } else {
            attempt(file, rewritten(statement));
        }
    }

    /// The loader cannot be another session; it can be another role. There is one database, whatever it is called.
    private static Statement rewritten(Statement statement) {
        var tokens = new ArrayList<>(statement.tokens());
        if (statement.begins("set", "session", "authorization")) {
            var role = statement.word(3).equals("default") ? "none" : tokens.getLast();
            return new Statement("set role " + role, statement.line(), List.of("set", "role", role), false);
        }
        var at = databaseName(statement);
        if (at.isEmpty()) {
            return statement;
        }
        tokens.set(at.get(), Sandbox.DATABASE);
        return new Statement(Words.statement(tokens), statement.line(), List.copyOf(tokens), false);
    }

    private static Optional<Integer> databaseName(Statement statement) {
        if (statement.begins("alter", "database")) {
            return Optional.of(2);
        }
        if (!statement.begins("grant") && !statement.begins("revoke")) {
            return Optional.empty();
        }
        return Stream.iterate(1, i -> i + 2 < statement.tokens().size(), i -> i + 1)
                .filter(i ->
                        statement.word(i).equals("on") && statement.word(i + 1).equals("database"))
                .findFirst()
                .map(i -> i + 2);
    }

    private void attempt(String file, Statement statement) throws SQLException {
        for (var made = 0; ; made++) {
            try {
                run(statement.text());
                noteWhereMade(file, statement);
                return;
            } catch (SQLException e) {
                undo();
                if (made == MOST_MISSING || !supplied(e)) {
                    failed(file, statement, e);
                    return;
                }
            }
        }
    }

    /// Makes what the statement took for granted: a role, or an extension.
    private boolean supplied(SQLException e) throws SQLException {
        var extension = Extensions.providing(e);
        if (extension.isPresent()) {
            return created(extension.get());
        }
        var role = MissingRole.in(e);
        return role.isPresent() && madeUp(role.get());
    }

    private boolean created(String extension) throws SQLException {
        try {
            run("create extension \"%s\" schema public".formatted(extension));
            notes.assume("extension %s is there, for the files use it and do not create it".formatted(extension));
            return true;
        } catch (SQLException e) {
            undo();
            return false;
        }
    }

    private boolean madeUp(String role) {
        try {
            roles.makeUp(role);
            return true;
        } catch (SQLException e) {
            return false;
        }
    }

    private void failed(String file, Statement statement, SQLException e) throws SQLException {
        if (connection.isClosed()) {
            return; // whoever ended it says why
        }
        if (WRITES_ROWS.contains(statement.word(0)) && isAboutRows(e)) {
            notes.failedOnRows();
        } else if (statement.begins("comment") || isAlreadyThere(statement, e)) {
            return;
        } else if (statement.begins("create", "extension")) {
            extensions.missing(file, statement, e);
        } else if (mayWait(statement, e) && waits(file, statement)) {
            noteWhereMade(file, statement);
        } else {
            var named = SYNTAX_ERROR.equals(e.getSQLState()) ? byName(statement) : Optional.<List<Statement>>empty();
            if (named.isPresent()) {
                statements(file, named.get());
            } else {
                notes.failed(file, statement, e);
            }
        }
    }

    private static boolean isAboutRows(SQLException e) {
        return e.getSQLState() != null && ABOUT_ROWS.contains(e.getSQLState().substring(0, 2));
    }

    private static boolean mayWait(Statement statement, SQLException e) {
        return DENIED.equals(e.getSQLState()) || Deferred.needsWhatWaits(statement);
    }

    /// A dump makes schema public again.
    private static boolean isAlreadyThere(Statement statement, SQLException e) {
        return statement.begins("create", "schema", "public") && "42P06".equals(e.getSQLState());
    }

    /// Without LEAKPROOF the loader makes a function, and owns it.
    private boolean waits(String file, Statement statement) throws SQLException {
        if (Deferred.isLeakproofFunction(statement)) {
            var tokens = statement.tokens().stream()
                    .filter(token -> !Words.isWord(token, "leakproof"))
                    .toList();
            try {
                run(Words.statement(tokens));
            } catch (SQLException e) {
                undo();
                return false;
            }
        }
        return deferred.offer(file, statement, ask("select pg_catalog.current_setting('search_path')"));
    }

    private void noteWhereMade(String file, Statement statement) throws SQLException {
        if (statement.begins("create")) {
            places.note(file, statement, ask("select coalesce(pg_catalog.current_schema(), '')"));
        }
    }

    // --- the session ---------------------------------------------------------------------------------------------

    private void run(String sql) throws SQLException {
        var first = sql.strip().split("[\\s;(]", 2)[0].toLowerCase(Locale.ROOT);
        if (state() == TransactionState.OPEN && !TRANSACTION.contains(first)) {
            execute("savepoint " + SAVEPOINT);
        }
        execute(sql);
    }

    /// After an error a transaction goes on where it was before the statement.
    private void undo() throws SQLException {
        if (connection.isClosed() || state() != TransactionState.FAILED) {
            return;
        }
        try {
            execute("rollback to savepoint " + SAVEPOINT);
        } catch (SQLException e) {
            execute("rollback");
        }
    }

    private TransactionState state() throws SQLException {
        return connection.unwrap(BaseConnection.class).getTransactionState();
    }

    /// One row of a result is enough, and a server that does not answer in time is told to stop.
    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setMaxRows(1);
            statement.setQueryTimeout((int) limits.statement().toSeconds());
            statement.execute(sql);
        }
    }

    private String ask(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
