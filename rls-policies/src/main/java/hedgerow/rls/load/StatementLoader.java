package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece.Statement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Runs one statement after the other, supplies the objects that they take for granted, and goes on after a
/// failure.
///
/// Rows do not matter to a review, so the data of COPY is skipped.
final class StatementLoader {

    private static final String DENIED = "42501";
    private static final String SYNTAX_ERROR = "42601";

    /// The SQLSTATE of an undefined object, such as the access method of an extension.
    private static final String UNDEFINED = "42704";

    private static final int MOST_MISSING = 100;
    private static final int MOST_BEFORE_NAME = 8;
    private static final Set<String> WRITES_ROWS = Set.of("insert", "update", "delete", "merge");

    /// Words in a block that may change more than rows.
    private static final Pattern DOES_MORE =
            Pattern.compile("(?i)\\b(create|alter|drop|grant|revoke|execute|perform|call|set_config)\\b");

    /// SQLSTATEs about rows: integrity and data exceptions, rows of a missing table or column, and RAISE.
    private static final Pattern ABOUT_ROWS = Pattern.compile("2[23].*|42P01|42703|P0001");

    /// Statements that change rows, or how the server stores them.
    private static final Set<String> ABOUT_STORAGE =
            Set.of("analyze", "cluster", "refresh", "reindex", "truncate", "vacuum");

    /// SQLSTATEs of a statement that needs a transaction, outside of one or too late in it.
    private static final Set<String> ABOUT_TRANSACTIONS = Set.of("25P01", "25001");

    private static final Set<String> ROUTINES = Set.of("function", "procedure");

    private final LoaderSession session;
    private final Roles roles;
    private final Deferred deferred;
    private final Extensions extensions;
    private final StandIns standIns;
    private final Notes notes;
    private final Places places;
    private Optional<String> user = Optional.empty();
    private boolean madeTables;
    private Predicate<SQLException> postpones = e -> false;
    private final List<Postponed> postponed = new ArrayList<>();

    /// A statement that needs something that does not exist yet.
    record Postponed(
            String file,
            Statement statement,
            Function<Statement, Optional<List<Statement>>> otherReading,
            Optional<String> user,
            String searchPath) {}

    StatementLoader(
            LoaderSession session,
            Roles roles,
            Deferred deferred,
            Extensions extensions,
            StandIns standIns,
            Notes notes,
            Places places) {
        this.session = session;
        this.roles = roles;
        this.deferred = deferred;
        this.extensions = extensions;
        this.standIns = standIns;
        this.notes = notes;
        this.places = places;
    }

    /// Whether a statement has created a table, even if it no longer exists.
    boolean hasMadeTables() {
        return madeTables;
    }

    /// Postpones statements from now on that need something that does not exist yet.
    ///
    /// @param which recognizes them by their error
    void postpone(Predicate<SQLException> which) {
        postpones = which;
    }

    /// The names of the objects that these statements create, and a few words more.
    static Set<String> namesIn(List<Postponed> postponed) {
        return postponed.stream()
                .map(Postponed::statement)
                .filter(statement -> statement.begins("create"))
                .flatMap(statement -> statement.tokens().stream().limit(MOST_BEFORE_NAME))
                .map(Tokens::name)
                .collect(Collectors.toSet());
    }

    /// The statements that have been postponed since the last call.
    List<Postponed> postponed() {
        var all = List.copyOf(postponed);
        postponed.clear();
        return all;
    }

    /// Runs a postponed statement in a fresh session.
    ///
    /// @return whether it ran, possibly with a little less in it
    boolean again(Postponed one) throws SQLException {
        connectAs(one.user());
        session.set("search_path", one.searchPath());
        return attempt(one.file(), one.statement(), one.otherReading());
    }

    /// Sets the role that runs the statements from now on; empty for the loader.
    ///
    /// @return false if the loader cannot become this role
    boolean connectAs(Optional<String> name) throws SQLException {
        user = name.filter(role -> !role.equals(Sandbox.LOADER));
        if (user.isPresent() && (!roles.mayBecome(user.get()) || !isSet(user.get()))) {
            user = Optional.empty();
            return false;
        }
        return true;
    }

    /// Restores the role after the session has been renewed.
    void reconnect() throws SQLException {
        connectAs(user);
    }

    private boolean isSet(String role) throws SQLException {
        try {
            session.run("set role " + Tokens.quoted(role));
            return true;
        } catch (SQLException e) {
            session.undo();
            return false;
        }
    }

    /// Runs a statement.
    ///
    /// @param otherReading of a statement that is not SQL as it stands
    void load(String file, Statement statement, Function<Statement, Optional<List<Statement>>> otherReading)
            throws SQLException {
        if (statement.copiesFromStdin()) {
            notes.skippedCopy();
        } else if (statement.begins("create", "database")) {
            notes.assume("all statements are loaded into one database");
        } else if (Roles.concerns(statement)) {
            roles.run(file, statement, session.isInTransaction());
            places.note(file, statement, "");
        } else {
            attempt(file, statement, otherReading);
        }
    }

    // --- what is rewritten ---------------------------------------------------------------------------------------

    /// Rewrites a statement for the loader, which cannot be another session user, but can be another role.
    /// There is one database, whatever it is called. Settings for a transaction apply to the file, because
    /// most tools run each file in a transaction of its own.
    private Statement rewritten(Statement statement) throws SQLException {
        if (statement.begins("set", "session", "authorization")) {
            return role(statement, statement.word(3).equals("default") ? Optional.empty() : last(statement));
        }
        if (statement.begins("reset", "session", "authorization") || statement.begins("reset", "role")) {
            return role(statement, Optional.empty());
        }
        if (statement.begins("set", "role") && Set.of("none", "default").contains(statement.word(2))) {
            return role(statement, Optional.empty());
        }
        if (statement.begins("set", "local") && !session.isInTransaction()) {
            return replaced(statement, 1, "session");
        }
        var at = databaseName(statement);
        return at.isEmpty() ? statement : replaced(statement, at.get(), Sandbox.DATABASE);
    }

    private static Optional<String> last(Statement statement) {
        return Optional.of(statement.tokens().getLast());
    }

    private Statement role(Statement statement, Optional<String> token) {
        var role = token.or(() -> user.map(Tokens::quoted)).orElse("none");
        return new Statement("set role " + role, statement.line(), List.of("set", "role", role), false);
    }

    private static Statement replaced(Statement statement, int at, String token) {
        var tokens = new ArrayList<>(statement.tokens());
        tokens.set(at, token);
        return new Statement(Tokens.statement(tokens), statement.line(), List.copyOf(tokens), false);
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

    // --- running -------------------------------------------------------------------------------------------------

    private boolean attempt(String file, Statement written, Function<Statement, Optional<List<Statement>>> otherReading)
            throws SQLException {
        var statement = rewritten(written);
        for (var made = 0; ; made++) {
            try {
                session.run(statement.text());
                noteMade(file, written);
                return true;
            } catch (SQLException e) {
                session.undo();
                if (session.isClosed()) {
                    return false; // the watch that ended it reports why
                }
                if (made < MOST_MISSING && supplied(e)) {
                    continue;
                }
                if (Notes.NOT_THERE.contains(e.getSQLState()) && !writesRows(statement) && postpones.test(e)) {
                    postponed.add(new Postponed(file, written, otherReading, user, searchPath()));
                    return false;
                }
                if (made < MOST_MISSING && stoodIn(file, statement, e)) {
                    continue;
                }
                var less = made < MOST_MISSING ? standIns.without(file, statement, e) : Optional.<Statement>empty();
                if (less.isPresent()) {
                    statement = less.get();
                    continue;
                }
                if (standIns.supplySchema(file, statement, e)) {
                    continue;
                }
                var other = SYNTAX_ERROR.equals(e.getSQLState())
                        ? otherReading.apply(written)
                        : Optional.<List<Statement>>empty();
                if (other.isEmpty()) {
                    failed(file, written, statement, e);
                    return false;
                }
                for (var one : other.get()) {
                    load(file, one, _ -> Optional.empty());
                }
                return true;
            }
        }
    }

    /// Creates an object that the statement took for granted: a role, or an extension.
    private boolean supplied(SQLException e) throws SQLException {
        var extension = Extensions.providing(e);
        if (extension.isPresent()) {
            return created(extension.get());
        }
        var role = MissingRole.in(e);
        return role.isPresent() && madeUp(role.get());
    }

    private boolean stoodIn(String file, Statement statement, SQLException e) throws SQLException {
        return standIns.supplyType(file, statement, e) || !writesRows(statement) && standIns.supplyToolTable(e);
    }

    private boolean created(String extension) throws SQLException {
        try {
            session.run("create extension \"%s\" schema public".formatted(extension));
            notes.assume("extension %s is created, because the files use it but do not create it".formatted(extension));
            return true;
        } catch (SQLException e) {
            session.undo();
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

    private void failed(String file, Statement written, Statement statement, SQLException e) throws SQLException {
        if (writesRows(statement) && isAboutRows(e)) {
            notes.failedOnRows();
        } else if (statement.begins("create", "index") && UNDEFINED.equals(e.getSQLState())) {
            notes.failedIndex();
        } else if (isOfNoConsequence(statement, e)) {
            return;
        } else if (statement.begins("create", "event", "trigger")) {
            notes.refused(
                    file, statement, "an event trigger needs a superuser; what it does to later statements is missing");
        } else if (statement.begins("create", "extension")) {
            extensions.missing(file, statement, e);
        } else if (mayWait(statement, e) && waits(file, statement)) {
            noteMade(file, written);
        } else if (createsRoutine(statement) && madeUnchecked(statement)) {
            notes.gap(file, statement, "created with a body that cannot be checked: " + Notes.firstLine(e));
            noteMade(file, written);
        } else {
            notes.failed(file, statement, e);
        }
    }

    /// Whether it is a block that only reads and writes rows, like any other statement of a seed.
    private static boolean writesRows(Statement statement) {
        return WRITES_ROWS.contains(statement.word(0))
                || statement.begins("do")
                        && !DOES_MORE.matcher(statement.text()).find();
    }

    private static boolean isAboutRows(SQLException e) {
        return e.getSQLState() != null && ABOUT_ROWS.matcher(e.getSQLState()).matches();
    }

    /// Whether a failure has no consequence: a comment, a lock, triggers disabled while rows are loaded,
    /// the isolation of a transaction; or a schema that exists already, such as `public` in a dump.
    private static boolean isOfNoConsequence(Statement statement, SQLException e) {
        return statement.begins("comment")
                || (statement.begins("set") || statement.begins("reset")) && statement.has("session_replication_role")
                || ABOUT_STORAGE.contains(statement.word(0))
                || ABOUT_TRANSACTIONS.contains(e.getSQLState())
                        && (statement.begins("lock") || statement.begins("set", "transaction"))
                || statement.begins("create", "schema")
                        && "42P06".equals(e.getSQLState())
                        && (statement.word(2).equals("public") || saysNoMore(statement));
    }

    /// Whether it gives a schema neither an owner nor objects.
    private static boolean saysNoMore(Statement schema) {
        return schema.tokens().size() == 3;
    }

    private static boolean mayWait(Statement statement, SQLException e) {
        return DENIED.equals(e.getSQLState()) || Deferred.needsWhatWaits(statement);
    }

    private static boolean createsRoutine(Statement statement) {
        var kind = statement.begins("create", "or", "replace") ? 3 : 1;
        return statement.begins("create") && ROUTINES.contains(statement.word(kind));
    }

    /// Creates a function whose body names missing objects: it still has callers and an owner, which
    /// matter.
    private boolean madeUnchecked(Statement statement) throws SQLException {
        try {
            session.run("set check_function_bodies = off");
            session.run(statement.text());
            return true;
        } catch (SQLException e) {
            session.undo();
            return false;
        } finally {
            if (!session.isClosed()) {
                session.run("set check_function_bodies = on");
            }
        }
    }

    private boolean waits(String file, Statement statement) throws SQLException {
        return Deferred.isLeakproofFunction(statement)
                ? madeWithoutLeakproof(file, statement)
                : deferred.offer(file, statement, searchPath());
    }

    /// Creates a function without LEAKPROOF; the loader owns it.
    private boolean madeWithoutLeakproof(String file, Statement statement) throws SQLException {
        var tokens = statement.tokens().stream()
                .filter(token -> !Tokens.isWord(token, "leakproof"))
                .toList();
        try {
            session.run(Tokens.statement(tokens));
            var made = session.rows("select oid, prosrc from pg_catalog.pg_proc order by age(xmin) limit 1")
                    .getFirst();
            deferred.leakproof(file, statement, made.get("oid"), made.get("prosrc"));
            return true;
        } catch (SQLException e) {
            session.undo();
            return false;
        }
    }

    private String searchPath() throws SQLException {
        return session.ask("select pg_catalog.current_setting('search_path')");
    }

    private void noteMade(String file, Statement statement) throws SQLException {
        if (statement.begins("create") || statement.begins("alter", "table")) {
            places.note(file, statement, session.ask("select coalesce(pg_catalog.current_schema(), '')"));
        }
        madeTables |= makesTable(statement);
    }

    private static boolean makesTable(Statement statement) {
        var kind = Set.of("unlogged", "foreign").contains(statement.word(1)) ? 2 : 1;
        return statement.begins("create") && statement.word(kind).equals("table");
    }
}
