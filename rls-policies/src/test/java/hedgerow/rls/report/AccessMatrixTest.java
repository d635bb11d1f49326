package hedgerow.rls.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.report.AccessMatrix.Becomes;
import hedgerow.rls.report.AccessMatrix.Verdict;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The matrix states for a role, a table and a command what the server does.
class AccessMatrixTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    /// A schema in which every policy is true, permissive or restrictive, so that a fenced row is admitted.
    private static final String YARD = """
        create role yard_owner nologin;
        create role yard_app login;
        create role yard_group nologin;
        create role yard_temp login noinherit;
        create role yard_root nologin bypassrls;
        create role yard_reader login;
        create role yard_stranger login;
        create role yard_restricted login;
        grant yard_group to yard_app, yard_temp;
        grant yard_root to yard_group with admin option;
        grant pg_read_all_data to yard_reader;
        create schema yard authorization yard_owner;
        create schema locked authorization yard_owner;
        grant usage on schema yard to public;
        set local role yard_owner;
        create table yard.plain (id int default 1, v int);
        create table yard.forced (id int default 1, v int);
        create table yard.unforced (id int default 1, v int);
        create table yard.silent (id int default 1, v int);
        create table yard.by_column (id int default 1, v int);
        create table yard.to_group (id int default 1, v int);
        create table yard.floor_only (id int default 1, v int);
        create table yard.halves (id int default 1, v int);
        create table yard.root (id int default 1, v int) partition by range (id);
        create table yard.leaf partition of yard.root for values from (0) to (10);
        create table locked.away (id int default 1, v int);
        insert into yard.plain default values; insert into yard.forced default values;
        insert into yard.unforced default values; insert into yard.silent default values;
        insert into yard.by_column default values; insert into yard.to_group default values;
        insert into yard.floor_only default values; insert into yard.halves default values;
        insert into yard.root default values; insert into locked.away default values;
        alter table yard.forced enable row level security, force row level security;
        alter table yard.unforced enable row level security;
        alter table yard.silent enable row level security;
        alter table yard.by_column enable row level security;
        alter table yard.to_group enable row level security;
        alter table yard.floor_only enable row level security;
        alter table yard.halves enable row level security;
        alter table yard.root enable row level security;
        create policy all_of_it on yard.forced using (true);
        create policy reads on yard.unforced for select using (true);
        create policy adds on yard.unforced for insert with check (true);
        create policy all_of_it on yard.by_column using (true);
        create policy members on yard.to_group to yard_group using (true);
        create policy floor on yard.floor_only as restrictive using (true);
        create policy no_check on yard.halves for insert;
        create policy no_using on yard.halves for update with check (true);
        create policy nothing on yard.halves for select;
        create policy all_of_it on yard.root using (true);
        create policy last_word on yard.root as restrictive for update with check (true);
        grant select, insert, update, delete on all tables in schema yard, locked to yard_app, yard_group, yard_root;
        revoke all on yard.by_column, yard.leaf from yard_app, yard_group;
        grant select (id), update (v) on yard.by_column to yard_restricted, yard_app;
        grant select on yard.leaf to yard_restricted;
        reset role;
        """;

    private static Connection connection;
    private static Catalog catalog;
    private static AccessMatrix access;

    @BeforeAll
    static void build() throws SQLException {
        connection = DATABASE.admin();
        connection.setAutoCommit(false);
        execute(YARD);
        catalog = Catalog.read(connection);
        access = AccessMatrix.of(catalog, settings());
    }

    @AfterAll
    static void forget() throws SQLException {
        connection.rollback();
        connection.close();
    }

    @Test
    void the_matrix_agrees_with_the_server() throws SQLException {
        var outcomes = new Outcomes(catalog, new Gates(catalog), Set.of("yard", "locked"));
        var said = new TreeMap<String, Verdict>();
        var done = new TreeMap<String, Verdict>();
        for (var role : roles()) {
            for (var table : outcomes.tables()) {
                for (var command : Gate.COMMANDS) {
                    var question = "%s, %s, %s".formatted(role.name(), table.quoted(), command);
                    var verdict = outcomes.of(role, table, command).verdict();
                    said.put(question, verdict);
                    done.put(question, tried(role, table.quoted(), command, verdict));
                }
            }
        }
        assertThat(said).isEqualTo(done);
        assertThat(Set.copyOf(said.values())).containsExactlyInAnyOrder(Verdict.values());
    }

    @Test
    void a_role_without_privileges_has_no_row() {
        assertThat(access.rows()).noneMatch(row -> row.role().equals("yard_stranger"));
        assertThat(access.rows())
                .filteredOn(row -> row.role().equals("yard_restricted"))
                .extracting(AccessMatrix.Row::table)
                .containsExactly("yard.by_column", "yard.leaf");
    }

    @Test
    void the_policies_that_apply_are_named() {
        assertThat(access.rows())
                .filteredOn(
                        row -> row.role().equals("yard_group") && row.table().equals("yard.to_group"))
                .extracting(row -> row.select().policies())
                .containsExactly(List.of("members"));
    }

    @Test
    void a_policy_that_only_checks_new_rows_is_named_too() {
        assertThat(access.rows())
                .filteredOn(row -> row.role().equals("yard_app") && row.table().equals("yard.root"))
                .extracting(row -> row.update().policies(), row -> row.select().policies())
                .containsExactly(tuple(List.of("all_of_it", "last_word"), List.of("all_of_it")));
    }

    @Test
    void the_tree_shows_the_roles_that_a_login_can_become() {
        var app = access.roots().getFirst();
        assertThat(access.roots()).extracting(Becomes::role).startsWith("yard_app", "yard_reader");
        assertThat(app.next()).extracting(Becomes::role).containsExactly("yard_group");
        var root = app.next().getFirst().next().getFirst();
        assertThat(root.role()).isEqualTo("yard_root");
        assertThat(root.how()).isEqualTo("set, inherit, admin");
        assertThat(root.exempt()).isTrue();
    }

    private static Settings settings() {
        var subjects = roles().stream().map(Role::oid).collect(Collectors.toSet());
        var logins = roles().stream().filter(Role::login).map(Role::oid).collect(Collectors.toSet());
        return new Settings(
                Set.of("yard", "locked"), subjects, logins, Set.of(), List.of(), Set.of(), Set.of(), List.of());
    }

    private static List<Role> roles() {
        return catalog.roles().values().stream()
                .filter(role -> role.name().startsWith("yard_"))
                .toList();
    }

    /// Tries a command. Only a trial distinguishes an exemption from a policy that is true.
    private static Verdict tried(Role role, String table, Command command, Verdict said) throws SQLException {
        var before = connection.setSavepoint();
        try (var statement = connection.createStatement()) {
            statement.execute("set local role " + role.quoted());
            var count = rows(statement, sql(table, command));
            var admitted = count > 0 ? Verdict.FENCED : Verdict.DENIED;
            return isActive(statement, table) ? admitted : Verdict.OPEN;
        } catch (SQLException e) {
            assertThat(e.getSQLState())
                    .as("%s on %s, said %s", command, table, said)
                    .isEqualTo("42501");
            return e.getMessage().contains("row-level security") ? Verdict.DENIED : Verdict.NONE;
        } finally {
            connection.rollback(before);
        }
    }

    private static String sql(String table, Command command) {
        return switch (command) {
            case SELECT -> "select 1 from " + table;
            case INSERT -> "insert into " + table + " default values";
            case UPDATE -> "update " + table + " set v = 1";
            case DELETE -> "delete from " + table;
            case ALL -> throw new IllegalArgumentException();
        };
    }

    private static int rows(java.sql.Statement statement, String sql) throws SQLException {
        if (!statement.execute(sql)) {
            return statement.getUpdateCount();
        }
        try (var rows = statement.getResultSet()) {
            return rows.next() ? 1 : 0;
        }
    }

    private static boolean isActive(java.sql.Statement statement, String table) throws SQLException {
        try (var row = statement.executeQuery("select row_security_active('%s')".formatted(table))) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
