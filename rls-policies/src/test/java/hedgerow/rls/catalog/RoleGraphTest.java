package hedgerow.rls.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The graph's answers, compared with the server's wherever it has any.
class RoleGraphTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private Connection connection;

    @BeforeEach
    void connect() throws SQLException {
        connection = DATABASE.admin();
        connection.setAutoCommit(false);
        execute("create role graph_app login; create role graph_group; create role graph_owner;"
                + " create role graph_boss bypassrls; create role graph_root superuser;"
                + " create table public.t (a int); alter table public.t owner to graph_owner;"
                + " alter table public.t enable row level security");
    }

    @AfterEach
    void rollBack() throws SQLException {
        connection.rollback();
        connection.close();
    }

    @Test
    void a_member_inherits_and_can_set_role_transitively() throws SQLException {
        execute("grant graph_group to graph_app; grant graph_owner to graph_group; grant graph_boss to graph_owner");
        assertThat(canBecome("graph_app")).containsExactly("graph_boss", "graph_group", "graph_owner");
        assertThat(graph().inherited(oid("graph_app"))).contains(oid("graph_boss"));
        assertThat(exempt("graph_app")).isTrue();
        agreesWithTheServer("graph_app");
    }

    @Test
    void bypassrls_is_not_inherited_but_a_set_role_away() throws SQLException {
        execute("grant graph_boss to graph_app");
        assertThat(exempt("graph_app")).isFalse();
        assertThat(graph().actsAs(oid("graph_app"))).contains(oid("graph_boss"));
        agreesWithTheServer("graph_app");
    }

    @Test
    void ownership_is_inherited_and_force_ends_it() throws SQLException {
        execute("grant graph_owner to graph_app");
        assertThat(exempt("graph_app")).isTrue();
        agreesWithTheServer("graph_app");
        execute("alter table public.t force row level security");
        assertThat(exempt("graph_app")).isFalse();
        agreesWithTheServer("graph_app");
    }

    @Test
    void a_noinherit_member_has_nothing_until_it_sets_the_role() throws SQLException {
        execute("alter role graph_app noinherit; grant graph_owner to graph_app");
        assertThat(exempt("graph_app")).isFalse();
        assertThat(canBecome("graph_app")).containsExactly("graph_owner");
        assertThat(graph().reaches(List.of(oid("graph_owner")), oid("graph_app")))
                .isFalse();
        assertThat(graph().reaches(List.of(0L), oid("graph_app"))).isTrue();
        agreesWithTheServer("graph_app");
    }

    @Test
    void inherit_without_set_stops_set_role_and_admin_opens_it_again() throws SQLException {
        assumeThat(DATABASE.major()).isGreaterThanOrEqualTo(16);
        execute("grant graph_group to graph_app with inherit true, set false;"
                + " grant graph_boss to graph_group with inherit false, set true");
        assertThat(graph().actsAs(oid("graph_app"))).containsExactly(oid("graph_app"));
        agreesWithTheServer("graph_app");
        execute("grant graph_boss to graph_group with admin option");
        assertThat(graph().actsAs(oid("graph_app"))).contains(oid("graph_boss"));
        execute("set local role graph_app; grant graph_boss to graph_app with set true");
        execute("reset role");
        agreesWithTheServer("graph_app");
    }

    @Test
    void a_way_to_a_superuser_ends_there() throws SQLException {
        execute("grant graph_root to graph_app; grant graph_boss to graph_root");
        assertThat(canBecome("graph_app")).contains("graph_root");
    }

    @Test
    void createrole_was_mighty_before_16() throws SQLException {
        execute("alter role graph_app createrole");
        var mighty = DATABASE.major() <= 15;
        assertThat(canBecome("graph_app").contains("graph_boss")).isEqualTo(mighty);
        assertThat(canBecome("graph_app")).doesNotContain("graph_root");
    }

    @Test
    void the_owner_of_the_database_is_pg_database_owner() throws SQLException {
        execute("do $$ begin execute format('alter database %I owner to graph_app', current_database()); end $$");
        assertThat(canBecome("graph_app")).contains("pg_database_owner");
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    /// Compares SET ROLE, inheritance and exemption with the server's view, for every role of this test.
    private void agreesWithTheServer(String login) throws SQLException {
        var graph = graph();
        for (var role : List.of("graph_app", "graph_group", "graph_owner", "graph_boss")) {
            var how = DATABASE.major() >= 16 ? "SET" : "MEMBER";
            assertThat(ask("select pg_has_role('%s', '%s', '%s')".formatted(login, role, how)))
                    .isEqualTo(graph.actsAs(oid(login)).contains(oid(role)));
            assertThat(ask("select pg_has_role('%s', '%s', 'USAGE')".formatted(login, role)))
                    .isEqualTo(graph.inherited(oid(login)).contains(oid(role)));
        }
        execute("set local role " + login);
        var active = ask("select row_security_active('public.t')");
        execute("reset role");
        assertThat(exempt(login)).isEqualTo(!active);
    }

    private RoleGraph graph() throws SQLException {
        return new RoleGraph(Catalog.read(connection));
    }

    private List<String> canBecome(String role) throws SQLException {
        return graph().canBecome(oid(role)).stream().map(Role::name).toList();
    }

    private boolean exempt(String role) throws SQLException {
        var catalog = Catalog.read(connection);
        var table = catalog.relationsIn(Set.of("public")).getFirst();
        return new RoleGraph(catalog).isExempt(oid(role), table);
    }

    private long oid(String role) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select '%s'::regrole::oid::bigint".formatted(role))) {
            row.next();
            return row.getLong(1);
        }
    }

    private boolean ask(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
