package hedgerow.rls.logic;

import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.or;
import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.ServerValues;
import hedgerow.rls.expr.Value;
import hedgerow.rls.expr.Walk;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The server, the evaluator and the encoding agree on which rows pass, for each role, session, table, row
/// and gate of random databases.
///
/// `-Dagreement.cases=5000` tries more of them, `-Dagreement.seed` others.
class AgreementTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final int CASES = Integer.getInteger("agreement.cases", 20);
    private static final long SEED = Long.getLong("agreement.seed", 18);

    /// The number of cases that share a snapshot.
    private static final int AT_ONCE = 30;

    /// The largest share of the server's answers to which the encoding adds a row that cannot pass.
    private static final double MOST_IMPRECISE = 0.001;

    /// The largest share of unexplained errors: the planner computes constant parts first.
    private static final double MOST_ERRORS = 0.01;

    private Connection connection;
    private Attempts attempts;
    private Model model;
    private final Set<RandomPolicies> told = new HashSet<>();
    private final Map<String, Integer> seen = new TreeMap<>();
    private final List<String> unsound = new ArrayList<>();
    private final List<String> different = new ArrayList<>();
    private final List<String> odd = new ArrayList<>();
    private final List<String> imprecise = new ArrayList<>();

    @Test
    void server_evaluator_and_encoding_agree_on_random_policies() throws SQLException {
        for (var first = 0; first < CASES; first += AT_ONCE) {
            try (var admin = DATABASE.admin()) {
                admin.setAutoCommit(false);
                connection = admin;
                attempts = new Attempts(admin);
                hold(first, Math.min(CASES, first + AT_ONCE));
                admin.rollback();
            }
        }
        System.out.println("agreement: " + seen);
        imprecise.stream().limit(5).forEach(System.out::println);
        odd.stream().limit(5).forEach(System.out::println);
        assertThat(seen.get("passed")).isGreaterThan(all() / 20);
        assertThat(unsound).as("let by on the server, and not in the encoding").isEmpty();
        assertThat(different).as("of server and evaluator").isEmpty();
        assertThat((double) imprecise.size() / all()).as("imprecise").isLessThan(MOST_IMPRECISE);
        assertThat((double) odd.size() / all())
                .as("errors that nothing accounts for")
                .isLessThan(MOST_ERRORS);
    }

    private int all() {
        return seen.get("passed") + seen.get("kept out");
    }

    private void hold(int from, int to) throws SQLException {
        var cases = new ArrayList<RandomPolicies>();
        for (var number = from; number < to; number++) {
            var one = new RandomPolicies(SEED * 1_000_003 + number, number, DATABASE.major());
            attempts.execute(String.join(";", one.statements()));
            cases.add(one);
        }
        var catalog = Catalog.read(connection);
        for (var one : cases) {
            var settings = new Settings(
                    Set.of(one.schema), Set.of(), Set.of(), Set.of(), List.of(), Set.of(), Set.of(), List.of());
            model = Model.of(catalog, settings, _ -> Optional.empty());
            var rows = rows(one);
            for (var session : one.sessions()) {
                var before = connection.setSavepoint();
                for (var setting : session.entrySet()) {
                    if (setting.getValue() != null) {
                        attempts.execute("set local %s = '%s'".formatted(setting.getKey(), setting.getValue()));
                    }
                }
                for (var role : one.roles) {
                    for (var table : tables(one)) {
                        new Question(one, rows, session, role(role), table).ask();
                    }
                }
                connection.rollback(before);
            }
        }
    }

    private Map<Long, List<Map<Integer, Value>>> rows(RandomPolicies one) throws SQLException {
        var rows = new LinkedHashMap<Long, List<Map<Integer, Value>>>();
        for (var table : tables(one)) {
            rows.put(table.oid(), PinnedRows.read(connection, table));
        }
        return rows;
    }

    private List<Relation> tables(RandomPolicies one) {
        return model.catalog().relationsIn(Set.of(one.schema)).stream()
                .filter(Relation::isTable)
                .toList();
    }

    /// The tables that a table's policies read, directly and indirectly.
    private void reach(Relation table, Set<Long> reached) {
        if (reached.add(table.oid())) {
            table.policies().stream()
                    .flatMap(policy -> model.policies().clauses(table, policy))
                    .flatMap(Walk::queries)
                    .flatMap(Query::tables)
                    .flatMap(source -> model.catalog().relation(source.oid()).stream())
                    .toList()
                    .forEach(read -> reach(read, reached));
        }
    }

    private Role role(String name) {
        return model.catalog().roles().values().stream()
                .filter(role -> role.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    // --- one role, session and table -----------------------------------------------------------------------------

    /// The result of a row at a gate.
    private record Answer(Gate gate, Map<Integer, Value> row, boolean passed) {}

    private final class Question {

        private final RandomPolicies world;
        private final Map<Long, List<Map<Integer, Value>>> rows;
        private final Map<String, String> session;
        private final Role role;
        private final Relation table;
        private final List<Map<Integer, Value>> own;
        private final List<Answer> answers = new ArrayList<>();

        Question(
                RandomPolicies world,
                Map<Long, List<Map<Integer, Value>>> rows,
                Map<String, String> session,
                Role role,
                Relation table) {
            this.world = world;
            this.rows = rows;
            this.session = session;
            this.role = role;
            this.table = table;
            this.own = rows.get(table.oid());
        }

        void ask() throws SQLException {
            if (model.gates().isExempt(role.oid(), table)) {
                return;
            }
            if (mayAll(Gate.SELECT)) {
                read();
            }
            if (mayAll(Gate.DELETE)) {
                delete();
            }
            if (mayAll(Gate.INSERT)) {
                for (var candidate : new TreeSet<>(List.of(0, own.size() - 1))) {
                    insert(written(candidate));
                }
            }
            if (mayAll(Gate.UPDATE_OLD)) {
                update();
            }
            compare();
        }

        private boolean mayAll(Gate gate) {
            var columns = model.gates().columns(role.oid(), table, gate.command());
            return columns.whole() && (!own.isEmpty() || gate == Gate.INSERT);
        }

        private String describe(Answer answer) {
            var text = "%s of %s as %s in %s passed: %s"
                    .formatted(answer.gate, answer.row.values(), role.name(), session, answer.passed);
            return told.add(world) ? text + ", in " + world : text;
        }

        private void note(Gate gate, Map<Integer, Value> row, boolean passed) {
            answers.add(new Answer(gate, row, passed));
            seen.merge(passed ? "passed" : "kept out", 1, Integer::sum);
        }

        private void noteAll(Gate gate, Set<String> passed) {
            own.forEach(row -> note(gate, row, passed.contains(id(row))));
        }

        private String id(Map<Integer, Value> row) {
            return ServerValues.literal(row.get(1));
        }

        // --- the server ------------------------------------------------------------------------------------------

        private void read() throws SQLException {
            try {
                noteAll(
                        Gate.SELECT,
                        attempts.as(role.name(), () -> attempts.texts("select id from " + table.quoted())));
            } catch (SQLException e) {
                failed(e, Gate.SELECT, own);
            }
        }

        private void delete() throws SQLException {
            try {
                var left = attempts.as(role.name(), () -> {
                    attempts.execute("delete from " + table.quoted());
                    attempts.execute("reset role");
                    return attempts.texts("select id from " + table.quoted());
                });
                noteAll(Gate.DELETE, ids(left, false));
            } catch (SQLException e) {
                failed(e, Gate.DELETE, own);
            }
        }

        private Set<String> ids(Set<String> some, boolean within) {
            return own.stream()
                    .map(this::id)
                    .filter(id -> some.contains(id) == within)
                    .collect(Collectors.toSet());
        }

        /// A row that resembles one of any table.
        private Map<Integer, Value> written(int candidate) {
            var others = rows.values().stream().flatMap(List::stream).toList();
            var row = new TreeMap<Integer, Value>();
            var like = others.isEmpty()
                    ? Map.<Integer, Value>of()
                    : others.get(Math.floorMod(candidate * 7 + 3, others.size()));
            for (var column : table.columns()) {
                row.put(column.number(), like.getOrDefault(column.number(), Value.NULL));
            }
            row.put(1, Value.of(9));
            return row;
        }

        private boolean isPossible(Map<Integer, Value> row) {
            return table.columns().stream()
                    .noneMatch(column ->
                            column.notNull() && row.get(column.number()).isNull());
        }

        private void insert(Map<Integer, Value> row) throws SQLException {
            if (!isPossible(row)) {
                return;
            }
            var values = row.values().stream().map(ServerValues::literal).collect(Collectors.joining(", "));
            try {
                attempts.as(role.name(), () -> {
                    attempts.execute("insert into %s values (%s)".formatted(table.quoted(), values));
                    return null;
                });
                note(Gate.INSERT, row, true);
            } catch (SQLException e) {
                written(e, List.of(row));
            }
        }

        /// Handles the error of a write: row security is evaluated before keys and checks.
        private void written(SQLException e, List<Map<Integer, Value>> fresh) throws SQLException {
            if (e.getSQLState().startsWith("23")) {
                fresh.forEach(row -> note(Gate.INSERT, row, true));
            } else if (isRefused(e)) {
                fresh.forEach(row -> note(Gate.INSERT, row, false));
            } else {
                failed(e, Gate.INSERT, fresh);
            }
        }

        private static boolean isRefused(SQLException e) {
            return e.getSQLState().equals(Attempts.REFUSED)
                    && e.getMessage().contains("new row violates row-level security");
        }

        /// Updates every row whose old version passes, or none.
        private void update() throws SQLException {
            var column = table.column(world.changed()).orElseThrow();
            var value = ServerValues.literal(world.changedTo());
            try {
                var left = attempts.as(role.name(), () -> {
                    attempts.execute("update %s set %s = %s".formatted(table.quoted(), column.quoted(), value));
                    attempts.execute("reset role");
                    return attempts.texts(
                            "select id from %s where ctid <= '(0,%d)'".formatted(table.quoted(), own.size()));
                });
                var changed = ids(left, false);
                noteAll(Gate.UPDATE_OLD, changed);
                own.stream().filter(row -> changed.contains(id(row))).forEach(row -> {
                    var fresh = new TreeMap<>(row);
                    fresh.put(column.number(), world.changedTo());
                    note(Gate.UPDATE_NEW, fresh, true);
                });
            } catch (SQLException e) {
                if (!isRefused(e) && !e.getSQLState().startsWith("23")) {
                    failed(e, Gate.UPDATE_OLD, own);
                }
            }
        }

        /// Checks that an error is right: an operand raises it.
        private void failed(SQLException e, Gate gate, List<Map<Integer, Value>> asked) {
            seen.merge("error " + e.getSQLState(), 1, Integer::sum);
            var raises = asked.stream()
                    .anyMatch(row -> Gate.of(gate.command()).stream()
                            .anyMatch(each -> evaluator().mayRaise(table, row, each)));
            if (!raises && !List.of("42501", "42P17", "54001").contains(e.getSQLState())) {
                odd.add("%s as %s in %s: %s in %s"
                        .formatted(gate, role.name(), session, e.getMessage(), told.add(world) ? world : ""));
            }
        }

        // --- the others ------------------------------------------------------------------------------------------

        private RowsWorld evaluator() {
            return new RowsWorld(model, rows, session, role.oid());
        }

        private PinnedRows encoder() {
            var reached = new HashSet<Long>();
            reach(table, reached);
            var some = new LinkedHashMap<>(rows);
            some.keySet().retainAll(reached);
            return new PinnedRows(model, some, session, role.oid());
        }

        private void compare() {
            for (var answer : answers) {
                var said = evaluator().passes(table, answer.row, answer.gate);
                seen.merge("evaluator " + said.isKnown(), 1, Integer::sum);
                if (said.isKnown() && said.isTrue() != answer.passed) {
                    different.add(describe(answer));
                }
            }
            var let = answers.stream().filter(Answer::passed).toList();
            if (!let.isEmpty() && asked(let, true) == Search.Found.NOTHING) {
                let.stream()
                        .filter(answer -> asked(List.of(answer), true) == Search.Found.NOTHING)
                        .forEach(answer -> unsound.add(describe(answer)));
            }
            var kept = answers.stream().filter(answer -> !answer.passed).toList();
            if (!kept.isEmpty()) {
                var found = asked(kept, false);
                seen.merge("encoding keeps out: " + found, 1, Integer::sum);
                if (found == Search.Found.CANDIDATE) {
                    kept.stream()
                            .filter(answer -> asked(List.of(answer), false) == Search.Found.CANDIDATE)
                            .forEach(answer -> imprecise.add(describe(answer)));
                }
            }
        }

        /// Whether all of the rows may pass, or one of them.
        private Search.Found asked(List<Answer> some, boolean all) {
            var encoder = encoder();
            var formulas = some.stream()
                    .map(answer -> encoder.passes(table, answer.row, answer.gate))
                    .toList();
            return encoder.search(all ? and(formulas) : or(formulas));
        }
    }
}
