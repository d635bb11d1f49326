package hedgerow.rls.load;

import hedgerow.rls.catalog.Fault;
import hedgerow.rls.load.StatementLoader.Postponed;
import hedgerow.sql.ScriptPiece;
import hedgerow.sql.ScriptPiece.Command;
import hedgerow.sql.ScriptPiece.Statement;
import hedgerow.sql.ScriptProblem;
import hedgerow.sql.SqlScript;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Runs files as psql would, with statements, variables, branches and included files, and goes on after
/// failures.
final class ScriptLoader {

    private final LoaderSession session;
    private final ScriptFiles files;
    private final Includes includes;
    private final StatementLoader statements;
    private final Notes notes;
    private PsqlScene scene;

    ScriptLoader(LoaderSession session, ScriptFiles files, StatementLoader statements, Notes notes) {
        this.session = session;
        this.files = files;
        this.includes = files.includes();
        this.statements = statements;
        this.notes = notes;
        this.scene = new PsqlScene(notes);
    }

    /// Loads a file, which begins in a fresh session: without the settings, the role and the variables of
    /// the last one. A file that another file has included is not loaded again.
    ///
    /// @return false if the session has been ended
    boolean load(Path file) throws SQLException {
        try {
            if (includes.isTaken(file)) {
                return true;
            }
        } catch (IOException e) {
            notes.gap("%s cannot be read; nothing of this file was loaded".formatted(file));
            return true;
        }
        scene = new PsqlScene(notes);
        statements.connectAs(Optional.empty());
        statements.postpone(files.isByNeed(file) ? e -> true : e -> false);
        if (!run(file)) {
            return false;
        }
        if (session.isInTransaction()) {
            session.run("commit");
            notes.gap("%s: ends inside a transaction, which was committed: most migration tools do, psql does not"
                    .formatted(file));
        }
        return isRenewed();
    }

    /// Runs the postponed statements as long as that makes progress, then the rest without the objects that
    /// no file creates.
    void loadPostponed() throws SQLException {
        var inVain = 0;
        var left = statements.postponed();
        while (!left.isEmpty() && !session.isClosed()) {
            if (inVain > 1) {
                left = withoutWhatIsMissing(left);
            }
            var coming = StatementLoader.namesIn(left);
            statements.postpone(inVain == 1 ? e -> StandIns.isAmong(coming, e) : e -> true);
            var before = left.size();
            for (var one : left) {
                again(one);
            }
            left = statements.postponed();
            inVain = left.size() < before ? 0 : inVain + 1;
        }
    }

    /// Breaks a circle of statements that need each other: one of them, preferably a table, runs with a
    /// little less in it, or none does.
    ///
    /// @return the statements still to run
    private List<Postponed> withoutWhatIsMissing(List<Postponed> stuck) throws SQLException {
        statements.postpone(e -> false);
        var left = new ArrayDeque<>(stuck.stream()
                .sorted(Comparator.comparing(one -> !one.statement().begins("create", "table")))
                .toList());
        while (!left.isEmpty() && !session.isClosed() && !again(left.poll())) {
            // it is a gap now
        }
        return List.copyOf(left);
    }

    /// Runs a postponed statement, as guarded as [#guarded].
    private boolean again(Postponed one) throws SQLException {
        try {
            return isRenewed() && statements.again(one);
        } catch (RuntimeException | StackOverflowError e) {
            session.undo();
            notes.gap(one.file(), one.statement(), Fault.line(e));
            return false;
        }
    }

    private boolean isRenewed() throws SQLException {
        try {
            session.renew();
            return true;
        } catch (SQLException e) {
            if (session.isClosed()) {
                return false;
            }
            throw e;
        }
    }

    private boolean run(Path file) throws SQLException {
        try {
            includes.begin(file);
        } catch (IOException e) {
            notes.gap("%s cannot be read; nothing of this file was loaded".formatted(file));
            return true;
        }
        try {
            return run(file, files.read(file));
        } catch (ScriptProblem | LoadProblem e) {
            notes.gap("%s; nothing of this file was loaded".formatted(e.getMessage()));
            return true;
        } catch (RuntimeException | StackOverflowError e) {
            notes.gap("%s: %s; the rest of this file was not loaded".formatted(file, Fault.line(e)));
            return true;
        } finally {
            includes.end();
        }
    }

    private boolean run(Path file, SqlScript script) throws SQLException {
        var pieces = script.pieces();
        for (var i = 0; i < pieces.size(); i++) {
            var piece = pieces.get(i);
            if (piece instanceof Command command && scene.quits(command)) {
                return true;
            }
            var next = i + 1 < pieces.size() && pieces.get(i + 1) instanceof Command command
                    ? Optional.of(command)
                    : Optional.<Command>empty();
            if (!guarded(file, piece, next)) {
                return false;
            }
            if (session.isClosed()) {
                notes.gap(file.toString(), piece, "loading ended here");
                return false;
            }
        }
        return true;
    }

    /// Runs a piece; an internal error costs only this piece.
    private boolean guarded(Path file, ScriptPiece piece, Optional<Command> next) throws SQLException {
        try {
            return run(file, piece, next);
        } catch (RuntimeException | StackOverflowError e) {
            session.undo();
            notes.gap(file.toString(), piece, Fault.line(e));
            return true;
        }
    }

    private boolean run(Path file, ScriptPiece piece, Optional<Command> next) throws SQLException {
        return switch (piece) {
            case Command command when scene.branches(file.toString(), command) -> true;
            case ScriptPiece _ when !scene.runs() -> true;
            case Command command when Includes.concerns(command) -> include(file, command);
            case Command command
            when scene.connects(command) -> {
                connect(file.toString(), command);
                yield true;
            }
            case Command command -> {
                scene.follow(file.toString(), command);
                yield true;
            }
            case Statement statement -> {
                filled(file.toString(), statement, next);
                yield true;
            }
        };
    }

    private boolean include(Path file, Command command) throws SQLException {
        try {
            return run(includes.file(command, file));
        } catch (Includes.Refused e) {
            notes.gap(file.toString(), command, "not included: " + e.getMessage());
            return true;
        }
    }

    /// Starts a new session, of another user if one is named; variables stay.
    private void connect(String file, Command command) throws SQLException {
        session.renew();
        var user = scene.user(command);
        if (user.isPresent() && !statements.connectAs(user)) {
            notes.assume("%s:%d: \\connect as %s is not followed: the role is a superuser, or does not exist yet"
                    .formatted(file, command.line(), user.get()));
        } else if (user.isEmpty()) {
            statements.reconnect();
        }
    }

    private void filled(String file, Statement statement, Optional<Command> next) throws SQLException {
        var sends = next.map(Command::name).orElse("");
        try {
            for (var one : scene.fill(statement)) {
                switch (sends) {
                    case "\\gset" -> set(file, one, next.orElseThrow());
                    case "\\gexec" -> execute(file, one);
                    default -> load(file, one);
                }
            }
        } catch (ScriptProblem e) {
            notes.gap(file, statement, "its variables do not make a statement: " + e.getMessage());
        }
    }

    private void load(String file, Statement statement) throws SQLException {
        var byName = Roles.concerns(statement) ? scene.fillByName(statement) : Optional.<List<Statement>>empty();
        for (var one : byName.orElse(List.of(statement))) {
            statements.load(file, one, scene::fillByName);
        }
    }

    private Statement named(Statement query) {
        return scene.fillByName(query)
                .filter(statements -> statements.size() == 1)
                .map(List::getFirst)
                .orElse(query);
    }

    /// Runs `\gset`: one row, whose columns become variables.
    private void set(String file, Statement query, Command gset) throws SQLException {
        try {
            var rows = session.rows(named(query).text());
            if (rows.size() == 1) {
                scene.set(gset, rows.getFirst());
            } else {
                notes.gap(file, gset, "the query before it found %d rows, not one".formatted(rows.size()));
            }
        } catch (SQLException e) {
            session.undo();
            notes.failed(file, query, e);
        }
    }

    /// Runs `\gexec`: every value is a statement.
    private void execute(String file, Statement query) throws SQLException {
        try {
            for (var row : session.rows(named(query).text())) {
                for (var value : row.values()) {
                    for (var made : PsqlScene.statements(value, query.line())) {
                        load(file, made);
                    }
                }
            }
        } catch (SQLException e) {
            session.undo();
            notes.failed(file, query, e);
        }
    }
}
