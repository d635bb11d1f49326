package hedgerow.rls.bind;

import static hedgerow.rls.bind.Notes.one;
import static hedgerow.rls.bind.Notes.strings;
import static hedgerow.rls.bind.Notes.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.Wire;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.jdbc.PgConnection;

/// The reference system in sealed mode: tokens that the binder mints, and attacker-supplied SQL on a
/// connection that other tenants use afterwards.
@Tag("isolation")
class SealedBindingTest {

    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int WARM = 12;
    private static final String CUSTOMERS = "select distinct organization_id::text from app.customer";

    @RegisterExtension
    static final HedgerowDatabase DATABASE =
            HedgerowDatabase.migrated().sealed().seeded();

    private static Wire wire;
    private static Tenant acme;
    private static Tenant globex;

    private PgConnection driver;
    private TenantDataSource tenants;

    @BeforeAll
    static void createKey() throws Exception {
        try (var admin = DATABASE.admin();
                var create = admin.prepareStatement("select app_private.create_key('bind', ?)")) {
            create.setBytes(1, KEY);
            create.execute();
        }
        wire = Wire.to(DATABASE.url(Logins.APP));
        acme = People.owner(DATABASE, "acme");
        globex = People.owner(DATABASE, "globex");
    }

    @AfterAll
    static void closeWire() throws Exception {
        wire.close();
    }

    @BeforeEach
    void open() throws SQLException {
        driver = wire.dataSource().getConnection().unwrap(PgConnection.class);
        tenants = TenantDataSource.over(new OneConnection(driver), BindCall.sealed(KEY));
    }

    @AfterEach
    void close() throws SQLException {
        driver.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_token_of_the_binder_opens_its_tenant_in_one_round_trip(boolean autoCommit) throws Exception {
        var first = wire.roundTrips(() -> {
            try (var connection = tenants.getConnection(acme)) {
                connection.setAutoCommit(autoCommit);
                assertThat(strings(connection, CUSTOMERS)).containsExactly(acme.id());
            }
        });
        assertThat(first)
                .as("a new connection also asks when its backend began, and rolls back what is open")
                .isEqualTo(autoCommit ? 2 : 3);
        for (var tenant : List.of(acme, globex)) {
            try (var connection = tenants.getConnection(tenant)) {
                connection.setAutoCommit(autoCommit);
                for (var i = 0; i < 8; i++) {
                    assertThat(wire.roundTrips(() ->
                                    assertThat(strings(connection, CUSTOMERS)).containsExactly(tenant.id())))
                            .isEqualTo(1);
                    if (!autoCommit) {
                        connection.commit();
                    }
                }
            }
        }
    }

    @Test
    void the_server_keeps_a_statement_and_reads_the_bind_call_before_it_anew() throws SQLException {
        wire.takeParses();
        warm();
        var parses = wire.takeParses();
        assertThat(parses).filteredOn(parse -> parse.sql().contains("app.bind")).hasSize(WARM);
        assertThat(parses)
                .filteredOn(parse -> parse.sql().contains("app.customer"))
                .last()
                .satisfies(parse -> assertThat(parse.name()).isNotEmpty());
        assertThat(parses)
                .filteredOn(parse -> parse.sql().contains("app.customer"))
                .hasSizeLessThan(WARM);
    }

    /// At each bind the server looks through all prepared statements of the session.
    @Test
    void a_connection_keeps_few_statements_however_many_the_application_runs() throws SQLException {
        for (var autoCommit : List.of(true, false)) {
            for (var text = 0; text < 100; text++) {
                try (var connection = tenants.getConnection(acme)) {
                    connection.setAutoCommit(autoCommit);
                    for (var use = 0; use < 8; use++) {
                        one(connection, "select count(*) + " + text + " from app.customer");
                    }
                }
            }
        }
        assertThat(Integer.parseInt(one(driver, "select count(*) from pg_prepared_statements")))
                .isBetween(KeptStatements.MOST / 2, KeptStatements.MOST + 2);
    }

    @Test
    void behind_a_pooler_nothing_of_a_pipeline_has_a_name() throws SQLException {
        tenants = TenantDataSource.over(new OneConnection(driver), BindCall.sealedThroughPooler(KEY));
        wire.takeParses();
        warm();
        assertThat(wire.takeParses())
                .hasSizeGreaterThan(WARM)
                .allSatisfy(parse -> assertThat(parse.name()).isEmpty());
    }

    /// Executes past the prepare threshold.
    private void warm() throws SQLException {
        try (var connection = tenants.getConnection(acme)) {
            for (var i = 0; i < WARM; i++) {
                strings(connection, CUSTOMERS);
            }
        }
    }

    /// The attacker knows the names that the driver has assigned and will assign next.
    @ParameterizedTest
    @ValueSource(strings = {"begin", "app.bind", "app.customer", "commit", "next"})
    void a_statement_that_an_attacker_put_in_the_place_of_a_prepared_one_never_runs_for_another(String replaced)
            throws SQLException {
        warm();
        try (var thief = DATABASE.app()) {
            update(thief, "listen stolen");
            replace(replaced);
            var connection = tenants.getConnection(globex);
            var isReadAnew = List.of("begin", "app.bind", "commit").contains(replaced);
            if (isReadAnew) {
                assertThat(strings(connection, CUSTOMERS)).containsExactly(globex.id());
            } else {
                assertThatThrownBy(() -> strings(connection, CUSTOMERS))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isIn("08P01", "42P05"));
            }
            assertThat(driver.isClosed()).isEqualTo(!isReadAnew);
            one(thief, "select 1");
            assertThat(thief.unwrap(PgConnection.class).getNotifications()).isNullOrEmpty();
        }
    }

    private void replace(String replaced) throws SQLException {
        if (replaced.equals("next")) {
            for (var next = 1; next < 100; next++) {
                update(
                        driver,
                        "do $$ begin execute 'prepare \"S_" + next + "\" as select 1'; exception"
                                + " when duplicate_prepared_statement then null; end $$");
            }
            return;
        }
        var name = one(driver, "select name from pg_prepared_statements where statement like '%" + replaced + "%'");
        var thievery = replaced.equals("app.bind")
                ? "(text, text, boolean, timestamptz, uuid, bytea) as select pg_notify('stolen', $6::text)"
                : " as select pg_notify('stolen', 'x')";
        update(driver, "deallocate \"" + name + "\"");
        update(driver, "prepare \"" + name + "\"" + thievery);
    }

    @Test
    void a_token_of_one_backend_is_worth_nothing_on_another() throws SQLException {
        var sealer = BindCall.sealed(KEY);
        var stolen = sealer.arguments().of(acme, backend(driver.getBackendPID(), start()));
        try (var other = wire.dataSource().getConnection()) {
            assertThatThrownBy(() -> bind(other, stolen))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        }
        bind(driver, stolen);
    }

    @Test
    void a_token_of_a_backend_is_worth_nothing_on_a_later_one_with_the_same_process_id() throws SQLException {
        var earlier = backend(driver.getBackendPID(), start().minus(1, ChronoUnit.MICROS));
        var stolen = BindCall.sealed(KEY).arguments().of(acme, earlier);
        assertThatThrownBy(() -> bind(driver, stolen))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
    }

    private Instant start() throws SQLException {
        return Instant.parse(one(
                driver,
                "select to_char(backend_start at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
                        + " from pg_stat_activity where pid = pg_backend_pid()"));
    }

    private static BindCall.Backend backend(int pid, Instant start) {
        return new BindCall.Backend() {
            @Override
            public int pid() {
                return pid;
            }

            @Override
            public Instant start() {
                return start;
            }
        };
    }

    private static void bind(Connection connection, List<Object> arguments) throws SQLException {
        try (var bind = connection.prepareStatement(BindCall.sealed(KEY).sql())) {
            for (var i = 0; i < arguments.size(); i++) {
                bind.setObject(i + 1, arguments.get(i));
            }
            bind.execute();
        }
    }

    @Test
    void a_variable_that_injected_sql_sets_opens_nothing() throws SQLException {
        var connection = tenants.getConnection(acme);
        connection.setAutoCommit(false);
        strings(connection, CUSTOMERS);
        update(connection, "do $$ begin execute 'set local app.organization_id = ''" + globex.id() + "'''; end $$");
        assertThat(strings(connection, CUSTOMERS)).containsExactly(acme.id());
        connection.rollback();
        assertThat(strings(connection, CUSTOMERS)).containsExactly(acme.id());
    }

    @Test
    void a_wrong_key_opens_nothing_and_keeps_the_connection() throws SQLException {
        var forged = KEY.clone();
        forged[0]++;
        var connection = TenantDataSource.over(new OneConnection(driver), BindCall.sealed(forged))
                .getConnection(acme);
        assertThatThrownBy(() -> strings(connection, CUSTOMERS))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        assertThat(driver.isClosed()).isFalse();
    }

    @Test
    void an_actor_who_may_not_act_here_keeps_the_connection() throws SQLException {
        var connection = tenants.getConnection(Tenant.of(globex.id(), acme.actor(), false));
        assertThatThrownBy(() -> strings(connection, CUSTOMERS))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        assertThat(driver.isClosed()).isFalse();
    }

    @Test
    void a_statement_that_refuses_its_caller_does_not_cost_the_connection() throws SQLException {
        var connection = tenants.getConnection(acme);
        assertThatThrownBy(() -> update(connection, "do $$ begin raise sqlstate '28000'; end $$"))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        assertThat(driver.isClosed()).isFalse();
        assertThat(strings(connection, CUSTOMERS)).containsExactly(acme.id());
    }

    @Test
    void people_without_a_tenant_and_sign_in_are_bound_to_none() throws SQLException {
        for (var actor : List.of("system:sign-in", acme.actor())) {
            try (var connection = tenants.getConnection(Tenant.without(actor, false))) {
                assertThat(one(connection, "select app.actor()")).isEqualTo(actor);
                assertThat(strings(connection, CUSTOMERS)).isEmpty();
            }
        }
    }

    @Test
    void no_error_contains_a_key_or_a_token() throws SQLException {
        var connection = tenants.getConnection(Tenant.of(globex.id(), acme.actor(), false));
        var hex = HexFormat.of().formatHex(KEY);
        assertThatThrownBy(() -> strings(connection, CUSTOMERS))
                .hasMessageNotContaining(hex)
                .hasMessageNotContaining("\\x");
        assertThat(BindCall.sealed(KEY).toString()).doesNotContain(hex);
    }

    @Test
    void a_key_has_a_length() {
        assertThatThrownBy(() -> BindCall.sealed(new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> BindCall.sealedThroughPooler(new byte[65]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
