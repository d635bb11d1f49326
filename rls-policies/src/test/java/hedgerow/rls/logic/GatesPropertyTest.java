package hedgerow.rls.logic;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Attempts.Result;
import hedgerow.rls.report.AccessMatrix;
import hedgerow.rls.report.AccessMatrix.Cell;
import hedgerow.rls.report.AccessMatrix.Verdict;
import hedgerow.rls.why.Explanation;
import hedgerow.rls.why.Why;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The server, [Gates], [Why] on the server, and the matrix of a report agree for every role, table,
/// command and row of random catalogs. `-Dgates.cases=2000` tries more of them, `-Dgates.seed` others.
class GatesPropertyTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final int CASES = Integer.getInteger("gates.cases", 120);
    private static final long SEED = Long.getLong("gates.seed", 18);

    /// The number of cases that share a snapshot, which takes longer than all trials of one case.
    private static final int AT_ONCE = 30;

    private static final List<String> COLUMNS = List.of("id", "tenant");
    private static final List<String> IDS = List.of("1", "2", "3");

    /// The values that are written into a column.
    private static final Map<String, String> WRITTEN = Map.of("id", "9", "tenant", "'a'");

    private Connection connection;
    private Attempts attempts;
    private Catalog catalog;
    private Gates gates;
    private AccessMatrix access;
    private Map<List<String>, Boolean> truths;
    private final Map<String, Integer> seen = new HashMap<>();

    @Test
    void server_wing_explanation_and_matrix_agree_on_random_catalogs() throws SQLException {
        for (var first = 0; first < CASES; first += AT_ONCE) {
            try (var admin = DATABASE.admin()) {
                admin.setAutoCommit(false);
                connection = admin;
                attempts = new Attempts(admin);
                hold(first, Math.min(CASES, first + AT_ONCE));
                admin.rollback();
            }
        }
        System.out.println("outcomes: " + seen);
        assertThat(seen.keySet())
                .contains("NONE", "DENIED", "FENCED", "OPEN", "explained", "unexplained", "violated", "some rows");
    }

    private void hold(int from, int to) throws SQLException {
        attempts.execute("set local gates.tenant = " + RandomAccess.TENANT);
        var cases = new ArrayList<RandomAccess>();
        for (var number = from; number < to; number++) {
            var one = new RandomAccess(SEED * 1_000_003 + number, number, DATABASE.major());
            cases.add(one);
            attempts.execute(String.join(";", one.statements()));
        }
        catalog = Catalog.read(connection);
        gates = new Gates(catalog);
        var roles = cases.stream()
                .flatMap(one -> one.roles.stream())
                .map(this::role)
                .map(Role::oid)
                .collect(Collectors.toSet());
        var schemas = cases.stream().map(one -> one.schema).collect(Collectors.toSet());
        access = AccessMatrix.of(
                catalog, new Settings(schemas, roles, Set.of(), Set.of(), List.of(), Set.of(), Set.of(), List.of()));
        var subjects = new Subjects(gates, roles);
        var tables = catalog.relationsIn(schemas);
        var holdings = new Holdings(gates, tables);
        for (var one : cases) {
            for (var name : one.tables) {
                var table = table(one, name);
                holdForAll(table, roles, subjects, holdings);
                for (var role : one.roles) {
                    new Question(one, role(role), table).ask();
                }
            }
        }
    }

    private Role role(String name) {
        return catalog.roles().values().stream()
                .filter(role -> role.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Relation table(RandomAccess one, String name) {
        return catalog.relationsIn(Set.of(one.schema)).stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /// The answers for many roles at once equal those for each.
    private void holdForAll(Relation table, Set<Long> roles, Subjects subjects, Holdings holdings) {
        for (var command : Gate.COMMANDS) {
            assertThat(subjects.may(table, command)).isEqualTo(those(roles, role -> gates.may(role, table, command)));
            assertThat(subjects.bound(table, command))
                    .isEqualTo(those(roles, role -> gates.may(role, table, command) && !gates.isExempt(role, table)));
            for (var column : table.columns()) {
                assertThat(subjects.may(table, command, column::equals))
                        .isEqualTo(those(
                                roles,
                                role -> gates.columns(role, table, command).contains(column.number())));
            }
        }
        assertThat(those(roles, role -> holdings.of(role).contains(table)))
                .isEqualTo(those(
                        roles, role -> Gate.COMMANDS.stream().anyMatch(command -> gates.may(role, table, command))));
    }

    private static Set<Long> those(Set<Long> roles, Predicate<Long> condition) {
        return roles.stream().filter(condition).collect(Collectors.toSet());
    }

    private void saw(String what) {
        seen.merge(what, 1, Integer::sum);
    }

    // --- one role, one table -------------------------------------------------------------------------------------

    /// Everything that one role can do to one table.
    private final class Question {

        private final RandomAccess world;
        private final Role role;
        private final Relation table;
        private final boolean exempt;

        Question(RandomAccess world, Role role, Relation table) {
            this.world = world;
            this.role = role;
            this.table = table;
            this.exempt = gates.isExempt(role.oid(), table);
            truths = new HashMap<>();
        }

        void ask() throws SQLException {
            same("bound by policies", attempts.isBound(role.name(), table.oid()), !exempt);
            hold(Command.SELECT, this::read);
            hold(Command.INSERT, this::insert);
            hold(Command.UPDATE, this::update);
            hold(Command.DELETE, this::delete);
            for (var id : IDS) {
                explain(id);
            }
        }

        private void same(String what, Object done, Object said) {
            assertThat(said)
                    .as("%s: %s on %s in %s", what, role, table.quoted(), world)
                    .isEqualTo(done);
        }

        @FunctionalInterface
        private interface Try {
            Result with(String column) throws SQLException;
        }

        /// Tries each column by itself; DELETE has none.
        private void hold(Command command, Try action) throws SQLException {
            var results = new ArrayList<Result>();
            for (var column : command == Command.DELETE ? COLUMNS.subList(0, 1) : COLUMNS) {
                var done = action.with(column);
                var said = gates.columns(role.oid(), table, command).contains(number(column))
                        ? expected(command, column)
                        : new Result(false, false, Set.of());
                same("%s of %s".formatted(command, column), done, said);
                results.add(done);
            }
            matrix(command, results);
        }

        private int number(String column) {
            return table.column(column).map(Column::number).orElseThrow();
        }

        private Result read(String column) throws SQLException {
            return attempts.read(role.name(), column, table.quoted());
        }

        private Result insert(String column) throws SQLException {
            return attempts.write(
                    role.name(),
                    "insert into %s (%s) values (%s)".formatted(table.quoted(), column, WRITTEN.get(column)),
                    "select id::text from %s where ctid > '(0,3)'".formatted(table.quoted()));
        }

        private Result update(String column) throws SQLException {
            return attempts.write(
                    role.name(),
                    "update %s set %s = %s".formatted(table.quoted(), column, WRITTEN.get(column)),
                    "select ctid::text from %s where ctid <= '(0,3)'".formatted(table.quoted()));
        }

        private Result delete(String column) throws SQLException {
            return attempts.write(
                    role.name(),
                    "delete from " + table.quoted(),
                    "select %s::text from %s".formatted(column, table.quoted()));
        }

        // --- the answers of Gates ------------------------------------------------------------------------------------

        /// The expected result for a role that has the privilege.
        private Result expected(Command command, String column) throws SQLException {
            return switch (command) {
                case SELECT -> new Result(true, false, values(column, admitted(Gate.SELECT)));
                case INSERT -> inserted(column);
                case UPDATE -> updated(column);
                case DELETE -> {
                    var gone = admitted(Gate.DELETE);
                    yield new Result(
                            true,
                            false,
                            new TreeSet<>(IDS.stream()
                                    .filter(id -> !gone.contains(id))
                                    .toList()));
                }
                case ALL -> throw new IllegalArgumentException();
            };
        }

        private Set<String> admitted(Gate gate) throws SQLException {
            var admitted = new TreeSet<String>();
            for (var id : IDS) {
                if (admits(gate, "select * from %s where id = %s".formatted(table.quoted(), id))) {
                    admitted.add(id);
                }
            }
            return admitted;
        }

        private Set<String> values(String column, Set<String> ids) throws SQLException {
            return ids.isEmpty()
                    ? Set.of()
                    : attempts.texts("select %s::text from %s where id in (%s)"
                            .formatted(column, table.quoted(), String.join(", ", ids)));
        }

        private Result inserted(String column) throws SQLException {
            var row = column.equals("id")
                    ? "select 9 as id, null::text as tenant"
                    : "select null::int as id, 'a' as tenant";
            return admits(Gate.INSERT, row)
                    ? new Result(true, false, Set.of(column.equals("id") ? "9" : "null"))
                    : new Result(true, true, Set.of());
        }

        private Result updated(String column) throws SQLException {
            var changed = admitted(Gate.UPDATE_OLD);
            for (var id : changed) {
                var written = column.equals("id") ? "9 as id, tenant" : "id, 'a' as tenant";
                if (!admits(
                        Gate.UPDATE_NEW, "select %s from %s where id = %s".formatted(written, table.quoted(), id))) {
                    return new Result(true, true, Set.of());
                }
            }
            return new Result(
                    true,
                    false,
                    new TreeSet<>(IDS.stream()
                            .filter(id -> !changed.contains(id))
                            .map("(0,%s)"::formatted)
                            .toList()));
        }

        private boolean admits(Gate gate, String row) throws SQLException {
            if (exempt) {
                return true;
            }
            var asking = gates.asking(role.oid(), table, gate);
            var admitting = new ArrayList<Policy>();
            for (var policy : asking.policies().toList()) {
                if (isTrue(gate.sql(policy).orElseThrow(), row)) {
                    admitting.add(policy);
                }
            }
            return asking.admits(admitting::contains);
        }

        /// Whether an expression is true, as the server itself evaluates it for the superuser.
        private boolean isTrue(String expression, String row) throws SQLException {
            var asked = List.of(expression, row);
            if (!truths.containsKey(asked)) {
                truths.put(
                        asked,
                        attempts.texts("select (%s) is true from (%s) %s".formatted(expression, row, table.name()))
                                .contains("t"));
            }
            return truths.get(asked);
        }

        // --- the matrix ----------------------------------------------------------------------------------------------

        private void matrix(Command command, List<Result> results) {
            var verdict = verdict(command);
            saw(verdict.name());
            results.stream().filter(Result::violated).forEach(_ -> saw("violated"));
            if (results.stream().noneMatch(Result::privileged)) {
                same(command + " in the matrix", Verdict.NONE, verdict);
            } else if (exempt) {
                same(command + " in the matrix", Verdict.OPEN, verdict);
            } else {
                var passes = results.stream().anyMatch(result -> passes(command, result));
                if (passes) {
                    saw("some rows");
                }
                if (passes || world.open || verdict != Verdict.FENCED) {
                    same(command + " in the matrix", passes ? Verdict.FENCED : Verdict.DENIED, verdict);
                }
            }
        }

        private boolean passes(Command command, Result result) {
            return result.privileged()
                    && !result.violated()
                    && switch (command) {
                        case SELECT, INSERT -> !result.ids().isEmpty();
                        case UPDATE, DELETE -> result.ids().size() < IDS.size();
                        case ALL -> false;
                    };
        }

        private Verdict verdict(Command command) {
            Function<AccessMatrix.Row, Cell> cell = row -> switch (command) {
                case SELECT -> row.select();
                case INSERT -> row.insert();
                case UPDATE -> row.update();
                case DELETE, ALL -> row.delete();
            };
            return access.rows().stream()
                    .filter(row -> row.role().equals(role.name()) && row.table().equals(table.quoted()))
                    .map(cell)
                    .map(Cell::verdict)
                    .findFirst()
                    .orElse(Verdict.NONE);
        }

        // --- the explanations of Why ---------------------------------------------------------------------------------

        private void explain(String id) throws SQLException {
            var readable = COLUMNS.stream()
                    .allMatch(column ->
                            gates.columns(role.oid(), table, Command.SELECT).contains(number(column)));
            Optional<Explanation> explained;
            try {
                explained = attempts.as(
                        role.name(), () -> new Why(connection).explain(world.schema, table.name(), Map.of("id", id)));
            } catch (SQLException e) {
                same("why " + id, Attempts.REFUSED, e.getSQLState());
                same("why may be asked", readable, false);
                return;
            }
            if (readable) {
                same(
                        "why sees " + id,
                        explained.isPresent(),
                        admitted(Gate.SELECT).contains(id));
            }
            saw(explained.isPresent() ? "explained" : "unexplained");
            if (explained.isPresent()) {
                hold(id, explained.get());
            }
        }

        private void hold(String id, Explanation explanation) throws SQLException {
            same("why exempt", explanation.exempt(), exempt);
            for (var verdict : explanation.commands()) {
                var command = Command.valueOf(verdict.command().name());
                var granted = gates.may(role.oid(), table, command);
                same("why grants " + command, verdict.granted(), granted);
                var admitted = true;
                for (var gate : Gate.of(command)) {
                    admitted &= admits(gate, "select * from %s where id = %s".formatted(table.quoted(), id));
                }
                same("why allows %s of %s".formatted(command, id), verdict.allowed(), granted && admitted);
                same("why asks for " + command, answered(verdict), exempt ? Set.of() : asked(command));
            }
        }

        private static Set<String> answered(Explanation.Verdict verdict) {
            return verdict.policies().stream()
                    .map(answer -> "%s %s %s".formatted(answer.policy(), answer.part(), answer.expression()))
                    .collect(Collectors.toSet());
        }

        private Set<String> asked(Command command) {
            return Gate.of(command).stream()
                    .flatMap(gate -> gates.asking(role.oid(), table, gate)
                            .policies()
                            .map(policy -> "%s %s %s"
                                    .formatted(
                                            policy.name(),
                                            gate.written() ? Explanation.Part.WITH_CHECK : Explanation.Part.USING,
                                            gate.sql(policy).orElseThrow())))
                    .collect(Collectors.toSet());
        }
    }
}
