package hedgerow.rls.bind;

import static hedgerow.rls.bind.Notes.one;
import static hedgerow.rls.bind.Notes.strings;
import static hedgerow.rls.bind.Notes.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.Wire;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.jdbc.PgConnection;

/// Anything that injected SQL leaves on a pooled connection reaches no other tenant.
@Tag("isolation")
class LeftoversTest {

    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final String CUSTOMERS = "select distinct organization_id::text from app.customer";
    private static final String CLEAN = "0";

    @RegisterExtension
    static final HedgerowDatabase PLAIN = HedgerowDatabase.migrated().seeded();

    @RegisterExtension
    static final HedgerowDatabase SEALED = HedgerowDatabase.migrated().sealed().seeded();

    /// A trick of injected SQL.
    ///
    /// @param name of the trick
    /// @param attack one statement, as an injection runs it
    /// @param trace a query over the session that returns [#CLEAN], unless something was left
    record Trick(String name, String attack, String trace) {

        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Trick> TRICKS = List.of(
            block("a setting", "set enable_seqscan = off", count("current_setting('enable_seqscan') = 'off'")),
            block("a time limit", "set statement_timeout = 1", count("current_setting('statement_timeout') = '1ms'")),
            block("another zone", "set time zone 'Asia/Tokyo'", count("current_setting('TimeZone') = 'Asia/Tokyo'")),
            block("no row security", "set row_security = off", count("current_setting('row_security') = 'off'")),
            block(
                    "the tenant, for the session",
                    "set app.organization_id = 'x'",
                    count("current_setting('app.organization_id', true) = 'x'")),
            new Trick(
                    "a lock",
                    "select pg_advisory_lock(41350)",
                    "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"),
            block(
                    "a lock in a block",
                    "select pg_advisory_lock(41351)",
                    "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"),
            block("an ear", "listen stolen", "select count(*) from pg_listening_channels()"),
            block(
                    "a prepared statement",
                    "prepare trap as select 1",
                    "select count(*) from pg_prepared_statements where from_sql"),
            block(
                    "a cursor",
                    "declare kept cursor with hold for select 1",
                    "select count(*) from pg_cursors where is_holdable"),
            block("a temporary table", "create temporary table trap ()", count("pg_my_temp_schema() <> 0")),
            block("a role", "set role hedgerow_helper", count("current_user = 'hedgerow_helper'")),
            block("a login", "set session authorization default", count("current_user <> 'hedgerow_app'")));

    private static Trick block(String name, String statement, String trace) {
        return new Trick(name, "do $$ begin execute '%s'; end $$".formatted(statement.replace("'", "''")), trace);
    }

    private static String count(String condition) {
        return "select count(*) where " + condition;
    }

    @BeforeAll
    static void prepare() throws SQLException {
        for (var database : List.of(PLAIN, SEALED)) {
            try (var admin = database.admin()) {
                update(admin, "grant temporary on database %s to hedgerow_app".formatted(name(database)));
            }
        }
        for (var database : List.of(PLAIN, SEALED)) {
            try (var admin = database.admin()) {
                update(
                        admin,
                        "do $$ begin create role hedgerow_helper; exception when duplicate_object then null; end $$");
                update(admin, "grant hedgerow_helper to hedgerow_app");
            }
        }
        try (var admin = SEALED.admin();
                var create = admin.prepareStatement("select app_private.create_key('bind', ?)")) {
            create.setBytes(1, KEY);
            create.execute();
        }
    }

    @AfterAll
    static void forget() throws SQLException {
        try (var admin = PLAIN.admin()) {
            update(admin, "drop role hedgerow_helper");
        }
    }

    private static String name(HedgerowDatabase database) {
        return database.adminUrl().database();
    }

    private static HikariDataSource pool(HedgerowDatabase database) {
        var config = new HikariConfig();
        config.setJdbcUrl(database.url(Logins.APP).jdbc());
        config.setMaximumPoolSize(1);
        return new HikariDataSource(config);
    }

    private static TenantDataSource bound(HedgerowDatabase database, HikariDataSource pool) {
        return TenantDataSource.over(pool, database == SEALED ? BindCall.sealed(KEY) : BindCall.plain());
    }

    // One statement, through the binder

    @ParameterizedTest
    @FieldSource("TRICKS")
    void traces_of_one_statement_reach_nobody_in_plain_mode(Trick trick) throws SQLException {
        assertReachesNobody(PLAIN, trick);
    }

    @ParameterizedTest
    @FieldSource("TRICKS")
    void traces_of_one_statement_reach_nobody_in_sealed_mode(Trick trick) throws SQLException {
        assertReachesNobody(SEALED, trick);
    }

    private static void assertReachesNobody(HedgerowDatabase database, Trick trick) throws SQLException {
        try (var pool = pool(database)) {
            var tenants = bound(database, pool);
            try (var connection = tenants.getConnection(People.owner(database, "acme"));
                    var statement = connection.createStatement()) {
                statement.execute(trick.attack());
            }
            var globex = People.owner(database, "globex");
            try (var connection = tenants.getConnection(globex)) {
                assertThat(one(connection, trick.trace())).isEqualTo(CLEAN);
                assertThat(strings(connection, CUSTOMERS)).containsExactly(globex.id());
            }
        }
    }

    @Test
    void the_tricks_work_where_nobody_looks() throws SQLException {
        for (var trick : TRICKS) {
            try (var connection = PLAIN.app();
                    var statement = connection.createStatement()) {
                statement.execute(trick.attack());
                assertThat(one(connection, trick.trace()))
                        .as(trick.name())
                        .isEqualTo(trick.name().equals("a login") ? CLEAN : "1");
            }
        }
    }

    /// The server refuses to become another login, and the session may always reset its role.
    @Test
    void nobody_becomes_another_login() {
        assertThatThrownBy(() -> {
                    try (var connection = PLAIN.app()) {
                        update(connection, "set session authorization hedgerow_worker");
                    }
                })
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    // Around the binder: stacked SQL on the driver's own connection

    @ParameterizedTest
    @ValueSource(strings = {"set time zone 'Asia/Tokyo'", "set default_transaction_read_only = on"})
    void a_changed_setting_that_the_server_reports_closes_the_connection(String setting) throws SQLException {
        for (var database : List.of(PLAIN, SEALED)) {
            try (var pool = pool(database)) {
                var tenants = bound(database, pool);
                var acme = People.owner(database, "acme");
                var before = backend(tenants, acme);
                try (var connection = tenants.getConnection(acme)) {
                    update(connection.unwrap(PgConnection.class), setting);
                }
                assertThat(backend(tenants, acme)).isNotEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "listen stolen",
                "prepare trap as select 1",
                "declare kept cursor with hold for select 1",
                "create temporary table trap ()"
            })
    void objects_that_plain_sql_made_are_refused_by_a_sealed_bind_and_cost_the_connection(String sql)
            throws SQLException {
        try (var pool = pool(SEALED)) {
            var tenants = bound(SEALED, pool);
            var globex = People.owner(SEALED, "globex");
            var before = backend(tenants, globex);
            try (var connection = tenants.getConnection(People.owner(SEALED, "acme"))) {
                update(connection.unwrap(PgConnection.class), sql);
            }
            try (var connection = tenants.getConnection(globex)) {
                assertThatThrownBy(() -> strings(connection, CUSTOMERS))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("08P01"));
            }
            assertThat(backend(tenants, globex)).isNotEqualTo(before);
        }
    }

    // On the role

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter role current_user set row_security = off",
                "ALTER /* x */ ROLE hedgerow_app SET search_path = ''",
                "alter user current_user password 'stolen'",
                "alter database hedgerow set row_security = off"
            })
    void a_role_does_not_change_itself_through_the_binder(String sql) throws SQLException {
        for (var database : List.of(PLAIN, SEALED)) {
            try (var pool = pool(database);
                    var connection = bound(database, pool).getConnection(People.owner(database, "acme"))) {
                assertThatThrownBy(() -> update(connection, sql)).hasMessageContaining("outlives");
            }
        }
    }

    @Test
    void row_security_stays_on_for_a_bound_session_whose_role_turned_it_off() throws SQLException {
        for (var database : List.of(PLAIN, SEALED)) {
            try (var app = database.app()) {
                update(app, "do $$ begin execute 'alter role hedgerow_app set row_security = off'; end $$");
            }
            try (var pool = pool(database)) {
                var globex = People.owner(database, "globex");
                try (var connection = bound(database, pool).getConnection(globex)) {
                    assertThat(strings(connection, CUSTOMERS)).containsExactly(globex.id());
                }
                assertThat(SelfCheck.settingProblems(pool))
                        .extracting(SelfCheck.Problem::what)
                        .contains(
                                "the role hedgerow_app stores the setting row_security",
                                "row security is off in this session");
            } finally {
                try (var admin = database.admin()) {
                    update(admin, "alter role hedgerow_app reset row_security");
                }
            }
        }
    }

    // Cost

    @Test
    void watching_costs_no_statement_and_no_round_trip() throws Exception {
        for (var database : List.of(PLAIN, SEALED)) {
            try (var wire = Wire.to(database.url(Logins.APP));
                    var driver = wire.dataSource().getConnection()) {
                var source = new OneConnection(driver);
                var tenants =
                        TenantDataSource.over(source, database == SEALED ? BindCall.sealed(KEY) : BindCall.plain());
                var acme = People.owner(database, "acme");
                Stream.of(1, 2, 3).forEach(i -> read(tenants, acme));
                assertThat(wire.traffic(() -> read(tenants, acme)))
                        .as("begin, bind, the statement, commit")
                        .isEqualTo(new Wire.Traffic(1, 4));
            }
        }
    }

    private static void read(TenantDataSource tenants, Tenant tenant) {
        try (var connection = tenants.getConnection(tenant)) {
            strings(connection, CUSTOMERS);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void a_statement_without_traces_keeps_the_connection() throws SQLException {
        try (var pool = pool(PLAIN)) {
            var tenants = bound(PLAIN, pool);
            var acme = People.owner(PLAIN, "acme");
            var before = backend(tenants, acme);
            for (var sql : List.of(
                    "select pg_advisory_xact_lock(41352)",
                    "set local statement_timeout = 5000",
                    "notify x",
                    "declare c cursor for select 1",
                    "select '{\"set\": 1}'::jsonb ? 'set'")) {
                try (var connection = tenants.getConnection(acme);
                        var statement = connection.createStatement()) {
                    statement.execute(sql);
                    connection.setClientInfo("ApplicationName", sql.substring(0, 6));
                }
                assertThat(backend(tenants, acme)).as(sql).isEqualTo(before);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select set_config('a.b', 'c', true)",
                "select set_config('a.b', ?, true), set_config(?, ?::text, true)",
                "SELECT SET_CONFIG ( 'a.b' , '' , TRUE )",
                "select pg_advisory_xact_lock(1), pg_try_advisory_xact_lock(1)"
            })
    void a_setting_and_a_lock_for_the_transaction_leave_no_trace(String sql) {
        assertThat(StatementRules.mayLeaveTraces(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select set_config('a.b', 'c', false)",
                "select \"set_config\"('a.b', 'c', false)",
                "select set_config('a.b', (select set_config('c.d', '', false)), true)",
                "select set_config('a.b', '', true), set_config('a.b', '', $1)",
                "select set_config /**/ ('a.b', 'c', true and false)",
                "select U&\"set\\005fconfig\"('a.b', 'c', false)",
                "select query_to_xml('select set' || '_config(...)', true, true, '')",
                "select pg_try_advisory_lock_shared(1)",
                "select 1 from (select pg_advisory_lock(id) from t) l",
                "-- x\ndo language plpgsql $$ begin end $$",
                "create temp table x ()",
                "explain analyze select pg_advisory_lock(1)"
            })
    void a_session_setting_or_lock_is_a_trace(String sql) {
        assertThat(StatementRules.mayLeaveTraces(sql)).isTrue();
    }

    private static String backend(TenantDataSource tenants, Tenant tenant) throws SQLException {
        try (var connection = tenants.getConnection(tenant)) {
            return one(connection, "select pg_backend_pid()");
        }
    }
}
