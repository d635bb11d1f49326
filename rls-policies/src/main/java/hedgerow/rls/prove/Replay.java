package hedgerow.rls.prove;

import hedgerow.rls.catalog.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Plays a [Scene] on a scratch database: places its rows, becomes its session, runs its statement, and
/// examines the row with the owner's rights. Everything is undone.
///
/// Whoever opens the connection is responsible for the database's own code there: triggers and functions
/// run.
final class Replay {

    /// A time limit, because a scene may loop.
    private static final String LIMIT = "set local statement_timeout = '5s'";

    /// Prepared statements survive a rollback.
    private static final String FORGET = """
        do $$ begin
            if exists (select from pg_catalog.pg_prepared_statements where name = 'kept') then
                deallocate kept;
            end if;
        end $$
        """;

    /// The SQLSTATEs of NOT NULL and CHECK, which bodies raise as well.
    private static final Set<String> REFUSALS = Set.of("23502", "23514");

    private static final Set<Claim> OF_OTHERS = Set.of(Claim.DISJOINT_READS, Claim.WRITES_STAY_HOME);

    private final Connection stage;
    private final Map<String, String> lacking;
    private final Optional<Whose> whose;

    /// A player.
    ///
    /// @param stage in a transaction, as a role that no policy binds and that may become any role
    /// @param lacking objects that differ from the database in question, with the reason
    /// @param whose the owners of rows according to the contents of the stage, if they matter
    Replay(Connection stage, Map<String, String> lacking, Optional<Whose> whose) {
        this.stage = stage;
        this.lacking = lacking;
        this.whose = whose;
    }

    /// A leak that was seen, or why it was not.
    ///
    /// @param scene the version that was played
    record Played(Scene scene, Optional<String> unseen) {}

    /// Plays a scene. A trigger may refuse rows that constraints admit; then they are placed without it.
    Played played(Question question, Scene scene) throws SQLException {
        var played = new Played(scene, play(question, scene));
        for (var triggers : List.of(Scene.Silenced.AFTER, Scene.Silenced.ALL)) {
            var silenced = scene.without(triggers);
            if (played.unseen.isPresent() && !silenced.triggers("disable").equals(played.scene.triggers("disable"))) {
                played = new Played(silenced, play(question, silenced));
            }
        }
        return played;
    }

    /// Plays a scene once.
    ///
    /// @return why it was not seen; empty if it was
    Optional<String> play(Question question, Scene scene) throws SQLException {
        if (scene.hindrance().isPresent()) {
            return scene.hindrance();
        }
        var unlike = unlike(question, scene);
        if (unlike.isPresent()) {
            return unlike;
        }
        var before = stage.setSavepoint();
        try {
            execute(LIMIT);
            var target = place(scene);
            return isOwn(question, scene, target)
                    ? Optional.of("the row is the session's own")
                    : act(question, scene, target);
        } catch (SQLException e) {
            return Optional.of("it cannot be played: " + line(e));
        } finally {
            stage.rollback(before);
            stage.releaseSavepoint(before);
            forget(scene);
        }
    }

    /// The difference from the database in question, where the result need not be the same.
    private Optional<String> unlike(Question question, Scene scene) {
        return Stream.concat(
                        Stream.of(question.object()),
                        scene.rows().stream().map(row -> row.table().quoted()))
                .filter(lacking::containsKey)
                .findFirst()
                .map(object -> "the copy is not the same at %s: %s".formatted(object, lacking.get(object)));
    }

    /// The place of a row of a table.
    private record At(String table, String ctid) {
        String condition() {
            return "tableoid = '%s'::regclass and ctid = '%s'".formatted(table.replace("'", "''"), ctid);
        }
    }

    /// Whether the row as placed refutes nothing: a trigger may have changed it, or its owner may be
    /// another than assumed.
    private boolean isOwn(Question question, Scene scene, Optional<At> target) throws SQLException {
        if (target.isEmpty()
                || !OF_OTHERS.contains(question.claim())
                || question.gate().startsWith("UPDATE new")) {
            return false;
        }
        var table = scene.target().orElseThrow().table();
        return others(table, scene, target.get().condition())
                .filter(others -> others == 0)
                .isPresent();
    }

    private Optional<Long> others(Relation table, Scene scene, String where) throws SQLException {
        return whose.isEmpty() ? Optional.empty() : whose.get().others(table, scene, where);
    }

    /// The scene, in which a session that shall be nobody carries nothing that makes it somebody.
    Scene unbound(Question question, Scene scene) {
        var nobody = question.claim() != Claim.UNBOUND_SEES_NOTHING
                || whose.isEmpty()
                || whose.get().isNobody(scene);
        return nobody ? scene : scene.without(whose.get().settings(scene));
    }

    /// Whether the stage by itself identifies the owner of the row, or shows that the session has no
    /// identity.
    boolean isPlain(Question question, Scene scene) throws SQLException {
        if (question.claim() == Claim.UNBOUND_SEES_NOTHING) {
            return whose.isPresent() && whose.get().isNobody(scene);
        }
        var table = scene.target().map(Scene.Placed::table).or(() -> scene.made());
        return OF_OTHERS.contains(question.claim())
                && table.isPresent()
                && whose.isPresent()
                && whose.get().isSomebody(scene)
                && others(table.get(), scene, "false").isPresent();
    }

    private Optional<At> place(Scene scene) throws SQLException {
        var target = Optional.<At>empty();
        for (var line : scene.triggers("disable")) {
            execute(line);
        }
        for (var row : scene.rows()) {
            try (var statement = stage.createStatement();
                    var placed = statement.executeQuery(row.place() + " returning tableoid::regclass, ctid")) {
                if (placed.next() && scene.target().filter(row::equals).isPresent()) {
                    target = Optional.of(new At(placed.getString(1), placed.getString(2)));
                }
            }
        }
        for (var line : scene.triggers("enable")) {
            execute(line);
        }
        return target;
    }

    private Optional<String> act(Question question, Scene scene, Optional<At> target) throws SQLException {
        if (question.kind() == Cell.Kind.FUNCTION) {
            if (question.leak() == Leak.Kind.IDENTITY && question.claim() == Claim.WRITES_STAY_HOME) {
                return touches(scene, target);
            }
            return question.leak() == Leak.Kind.WRITE ? called(question, scene, target) : reads(scene, target);
        }
        if (question.kind() == Cell.Kind.TABLE && Set.of("INSERT", "UPDATE new").contains(question.gate())) {
            return leaves(question, scene, target);
        }
        return switch (Cell.commandOf(question.gate())) {
            case "INSERT" -> target.isPresent() ? touches(scene, target) : makes(scene);
            case "UPDATE", "DELETE", "TRUNCATE" -> touches(scene, target);
            default -> reads(scene, target);
        };
    }

    /// Whether the row that it writes is another's, if that was claimed.
    private Optional<String> leaves(Question question, Scene scene, Optional<At> target) throws SQLException {
        var table = scene.written().filter(_ -> OF_OTHERS.contains(question.claim()));
        var rest = target.map(row -> "not (%s)".formatted(row.condition())).orElse("true");
        var before = table.isEmpty() ? Optional.<Long>empty() : others(table.get(), scene, rest);
        var unseen = question.gate().equals("INSERT") && target.isEmpty() ? makes(scene) : touches(scene, target);
        var after = before.isEmpty() ? before : others(table.orElseThrow(), scene, "true");
        return unseen.isEmpty() && before.isPresent() && after.orElseThrow() <= before.get()
                ? Optional.of("the row that it leaves is the session's own")
                : unseen;
    }

    private Optional<String> makes(Scene scene) throws SQLException {
        var before = filled(scene);
        var changed = changes(scene);
        return (scene.made().isPresent() ? filled(scene) > before : changed > 0)
                ? Optional.empty()
                : Optional.of("no row was made");
    }

    /// The number of rows of the table in which a row must appear.
    private long filled(Scene scene) throws SQLException {
        if (scene.made().isEmpty()) {
            return 0;
        }
        try (var statement = stage.createStatement();
                var row = statement.executeQuery(
                        "select count(*) from " + scene.made().get().quoted())) {
            row.next();
            return row.getLong(1);
        }
    }

    private Optional<String> called(Question question, Scene scene, Optional<At> target) throws SQLException {
        var table = scene.made().filter(_ -> target.isEmpty() && OF_OTHERS.contains(question.claim()));
        var rows = filled(scene);
        var before = table.isEmpty() ? Optional.<Long>empty() : others(table.get(), scene, "true");
        become(scene);
        execute(scene.statement());
        leave(scene);
        if (target.isPresent() ? isThere(target.get()) : filled(scene) <= rows) {
            return Optional.of("the row was not written");
        }
        return before.isPresent() && others(table.orElseThrow(), scene, "true").orElseThrow() <= before.get()
                ? Optional.of("the row that it makes is the session's own")
                : Optional.empty();
    }

    /// Whether the result differs once the row is gone: that is visible without the privilege to name the
    /// row.
    private Optional<String> reads(Scene scene, Optional<At> target) throws SQLException {
        if (target.isEmpty()) {
            return Optional.of("the row could not be placed");
        }
        refresh(scene);
        var with = answer(scene);
        remove(target.get());
        refresh(scene);
        var without = answer(scene);
        if (with.refusal.isPresent() && without.refusal.isPresent()) {
            throw with.refusal.get();
        }
        return !with.equals(without) ? Optional.empty() : Optional.of("the row was not shown");
    }

    /// The rows that a session gets to see, or a refusal.
    private record Answer(List<String> rows, Optional<SQLException> refusal) {}

    private Answer answer(Scene scene) throws SQLException {
        try {
            return new Answer(shown(scene), Optional.empty());
        } catch (SQLException e) {
            if (!isRefusal(e)) {
                throw e;
            }
            return new Answer(List.of(), Optional.of(e));
        }
    }

    /// Whether the statement refuses what it finds. Keys refuse what other rows hold, which no claim is about; and a
    /// reference may dangle because its row was removed here.
    private static boolean isRefusal(SQLException e) {
        var state = String.valueOf(e.getSQLState());
        return state.startsWith("P0") || REFUSALS.contains(state);
    }

    /// Removes a row, even where another row refers to it.
    private void remove(At row) throws SQLException {
        var delete = "delete from %s where ctid = '%s'".formatted(row.table, row.ctid);
        var before = stage.setSavepoint();
        try {
            execute(delete);
        } catch (SQLException e) {
            stage.rollback(before);
            execute("set local session_replication_role = replica");
            execute(delete);
            execute("set local session_replication_role = origin");
        }
    }

    /// Refreshes materialized views, with the owner's rights and the settings of the model.
    private void refresh(Scene scene) throws SQLException {
        for (var line : scene.refresh()) {
            execute(line);
        }
    }

    /// The rows as text, in no order.
    private List<String> shown(Scene scene) throws SQLException {
        var before = become(scene);
        if (scene.peeked()) {
            execute(scene.statement());
        }
        var look = scene.peeked()
                ? Scene.PEEKED
                : "select shown::text from (%s) shown order by 1".formatted(scene.statement());
        plan(scene, look);
        try (var statement = stage.createStatement();
                var rows = statement.executeQuery(scene.planned(look))) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        } finally {
            stage.rollback(before);
            forget(scene);
        }
    }

    private void plan(Scene scene, String statement) throws SQLException {
        for (var line : scene.plan(statement)) {
            execute(line);
        }
    }

    private void forget(Scene scene) throws SQLException {
        if (scene.earlier().isPresent()) {
            execute(FORGET);
        }
    }

    private Optional<String> touches(Scene scene, Optional<At> target) throws SQLException {
        changes(scene);
        if (target.isEmpty()) {
            return Optional.of("the row could not be placed");
        }
        return isThere(target.get()) ? Optional.of("the row was not changed") : Optional.empty();
    }

    private boolean isThere(At row) throws SQLException {
        try (var statement = stage.createStatement();
                var found = statement.executeQuery("select from %s where ctid = '%s'".formatted(row.table, row.ctid))) {
            return found.next();
        }
    }

    /// Runs the statement, and returns to the initial role.
    private int changes(Scene scene) throws SQLException {
        become(scene);
        plan(scene, scene.statement());
        int changed;
        try (var statement = stage.createStatement()) {
            statement.setEscapeProcessing(false);
            changed = statement.executeUpdate(scene.planned(scene.statement()));
        }
        forget(scene);
        leave(scene);
        return changed;
    }

    private void leave(Scene scene) throws SQLException {
        if (scene.login().isPresent()) {
            execute("reset session authorization");
        }
        execute("reset role");
    }

    private Savepoint become(Scene scene) throws SQLException {
        var before = stage.setSavepoint();
        for (var line : scene.become()) {
            execute(line);
        }
        return before;
    }

    private void execute(String sql) throws SQLException {
        try (var statement = stage.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    private static String line(SQLException e) {
        return e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
    }
}
