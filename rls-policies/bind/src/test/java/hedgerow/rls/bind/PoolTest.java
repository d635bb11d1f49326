package hedgerow.rls.bind;

import static hedgerow.rls.bind.Notes.one;
import static hedgerow.rls.bind.Notes.strings;
import static hedgerow.rls.bind.Notes.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.PgBouncer;
import hedgerow.sql.Wire;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Param;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.ExecutorType;
import org.apache.ibatis.session.LocalCacheScope;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Many tenants on few connections: HikariCP, PgBouncer, MyBatis.
@Tag("isolation")
class PoolTest {

    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final int REFUSALS = 69;
    private static final String CUSTOMERS = "select distinct organization_id::text from app.customer";

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @RegisterExtension
    static final HedgerowDatabase SEALED = HedgerowDatabase.migrated().sealed().seeded();

    @Test
    void tenants_take_turns_on_a_pool() throws Exception {
        try (var pool = pool(DATABASE.url(Logins.APP), "")) {
            takeTurns(TenantDataSource.over(pool, BindCall.plain()), DATABASE);
        }
    }

    @Test
    void tenants_take_turns_on_a_pool_in_sealed_mode() throws Exception {
        createKey();
        try (var pool = pool(SEALED.url(Logins.APP), "")) {
            takeTurns(TenantDataSource.over(pool, BindCall.sealed(KEY)), SEALED);
        }
    }

    @Test
    void tenants_take_turns_through_a_pooler() throws Exception {
        try (var bouncer = PgBouncer.start(Programs.pgBouncer(), List.of(DATABASE.url(Logins.APP)))) {
            bouncer.connect(DATABASE.url(Logins.APP)).close();
            try (var pool = pool(bouncer.pooled(DATABASE.url(Logins.APP)), "prepareThreshold=0")) {
                takeTurns(TenantDataSource.over(pool, BindCall.plain()), DATABASE);
            }
        }
    }

    @Test
    void tenants_take_turns_through_a_pooler_in_sealed_mode() throws Exception {
        createKey();
        try (var bouncer = PgBouncer.start(Programs.pgBouncer(), List.of(SEALED.url(Logins.APP)))) {
            bouncer.connect(SEALED.url(Logins.APP)).close();
            try (var pool = pool(bouncer.pooled(SEALED.url(Logins.APP)), "prepareThreshold=0")) {
                takeTurns(TenantDataSource.over(pool, BindCall.sealedThroughPooler(KEY)), SEALED);
                try (var connection =
                        TenantDataSource.over(pool, BindCall.sealed(KEY)).getConnection(People.owner(SEALED, "acme"))) {
                    assertThatThrownBy(() -> strings(connection, CUSTOMERS))
                            .as("a token for one backend is valid on none behind a pooler")
                            .isInstanceOf(SQLException.class);
                }
            }
        }
    }

    /// Closing a connection to a pooler leaves the pooler's server connection as it is, as docs/sessions.md
    /// states.
    @Test
    void behind_a_pooler_a_setting_stays_unless_the_pooler_resets() throws Exception {
        var url = DATABASE.url(Logins.APP);
        try (var bouncer = PgBouncer.start(Programs.pgBouncer(), List.of(url))) {
            assertThat(settingLeftBehind(bouncer)).isEqualTo("off");
        }
        try (var bouncer = PgBouncer.resetting(Programs.pgBouncer(), List.of(url))) {
            assertThat(settingLeftBehind(bouncer)).isEqualTo("on");
        }
    }

    private static String settingLeftBehind(PgBouncer bouncer) throws Exception {
        var url = DATABASE.url(Logins.APP);
        bouncer.connect(url).close();
        try (var pool = pool(bouncer.pooled(url), "prepareThreshold=0")) {
            var tenants = TenantDataSource.over(pool, BindCall.plain());
            try (var connection = tenants.getConnection(People.owner(DATABASE, "acme"))) {
                update(connection, "do $$ begin execute 'set enable_seqscan = off'; end $$");
            }
            try (var connection = tenants.getConnection(People.owner(DATABASE, "globex"))) {
                return one(connection, "show enable_seqscan");
            }
        }
    }

    /// Runs eight threads for three tenants on two connections, with transactions that commit, roll back,
    /// fail, or are abandoned.
    private static void takeTurns(TenantDataSource tenants, HedgerowDatabase database) throws Exception {
        var people = List.of(
                People.owner(database, "acme"), People.owner(database, "globex"), People.owner(database, "initech"));
        var turns = new ArrayList<Callable<Void>>();
        for (var i = 0; i < 120; i++) {
            var turn = i;
            turns.add(() -> people.get(turn % people.size()).call(() -> take(turn, tenants)));
        }
        try (var threads = Executors.newFixedThreadPool(8)) {
            for (var result : threads.invokeAll(turns)) {
                result.get();
            }
        }
    }

    private static Void take(int turn, TenantDataSource tenants) throws SQLException {
        var tenant = Tenant.current().orElseThrow();
        try (var connection = tenants.getConnection()) {
            connection.setAutoCommit(turn % 2 == 0);
            assertThat(strings(connection, CUSTOMERS)).containsExactly(tenant.id());
            if (turn % 5 == 0) {
                assertThatThrownBy(() -> one(connection, "select 1/0")).isInstanceOf(SQLException.class);
            } else {
                assertThat(one(connection, "select app.organization_id()")).isEqualTo(tenant.id());
            }
        }
        return null;
    }

    /// Otherwise the refusals of one caller, for example with a revoked key, would make everybody wait for
    /// new sessions.
    @Test
    void refused_binds_open_no_new_session() throws Exception {
        createKey();
        for (var database : List.of(DATABASE, SEALED)) {
            var acme = People.owner(database, "acme");
            var stranger = Tenant.of(People.owner(database, "globex").id(), acme.actor(), false);
            try (var pool = pool(database.url(Logins.APP), "")) {
                pool.setMaximumPoolSize(1);
                var call = database == SEALED ? BindCall.sealed(KEY) : BindCall.plain();
                var tenants = TenantDataSource.over(pool, call);
                var before = backend(tenants, acme);
                for (var refusal = 0; refusal < REFUSALS; refusal++) {
                    try (var connection = tenants.getConnection(stranger)) {
                        connection.setAutoCommit(refusal % 2 == 0);
                        assertThatThrownBy(() -> strings(connection, CUSTOMERS))
                                .isInstanceOfSatisfying(
                                        SQLException.class,
                                        e -> assertThat(e.getSQLState()).isEqualTo("28000"));
                    }
                    try (var nobody = tenants.getConnection(Tenant.none())) {
                        assertThat(strings(nobody, CUSTOMERS))
                                .as("a refused bind leaves nothing")
                                .isEmpty();
                    }
                }
                assertThat(backend(tenants, acme)).isEqualTo(before);
            }
        }
    }

    @Test
    void a_refused_bind_inside_a_transaction_leaves_it_failed_until_it_is_rolled_back() throws Exception {
        var acme = People.owner(DATABASE, "acme");
        var stranger = Tenant.of(People.owner(DATABASE, "globex").id(), acme.actor(), false);
        try (var pool = pool(DATABASE.url(Logins.APP), "");
                var connection = TenantDataSource.over(pool, BindCall.plain()).getConnection(stranger)) {
            connection.setAutoCommit(false);
            for (var state : List.of("28000", "25P02")) {
                assertThatThrownBy(() -> strings(connection, CUSTOMERS))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo(state));
            }
            connection.rollback();
            assertThatThrownBy(() -> strings(connection, CUSTOMERS))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        }
    }

    @Test
    void a_backend_that_was_killed_leaves_the_pool() throws Exception {
        var acme = People.owner(DATABASE, "acme");
        try (var pool = pool(DATABASE.url(Logins.APP), "")) {
            pool.setMaximumPoolSize(1);
            var tenants = TenantDataSource.over(pool, BindCall.plain());
            var before = backend(tenants, acme);
            try (var connection = tenants.getConnection(acme);
                    var admin = DATABASE.admin()) {
                one(admin, "select pg_terminate_backend(" + before + ", 5000)");
                assertThatThrownBy(() -> strings(connection, CUSTOMERS)).isInstanceOf(SQLException.class);
            }
            assertThat(backend(tenants, acme)).isNotEqualTo(before);
        }
    }

    private static String backend(TenantDataSource tenants, Tenant tenant) throws SQLException {
        try (var connection = tenants.getConnection(tenant)) {
            return one(connection, "select pg_backend_pid()");
        }
    }

    // MyBatis

    interface Customers {

        @Select("select name from app.customer order by id limit #{limit}")
        List<String> names(@Param("limit") int limit);

        @Insert("insert into app.customer (organization_id, livemode, name)"
                + " values (app.organization_id(), app.livemode(), #{name.text})")
        @Options(useGeneratedKeys = true, keyProperty = "name.id", keyColumn = "id")
        int add(@Param("name") Name name);
    }

    static final class Name {
        private final String text;
        private String id;

        Name(String text) {
            this.text = text;
        }
    }

    @Test
    void mybatis_needs_to_know_nothing_of_it() throws Exception {
        try (var wire = Wire.to(DATABASE.url(Logins.APP));
                var pool = pool(wire)) {
            var tenants = TenantDataSource.over(pool, BindCall.plain());
            var sessions = new SqlSessionFactoryBuilder().build(configuration(tenants));
            for (var slug : List.of("acme", "globex")) {
                var tenant = People.owner(DATABASE, slug);
                tenant.<Void, Exception>call(() -> {
                    try (var session = sessions.openSession(true)) {
                        var customers = session.getMapper(Customers.class);
                        customers.names(1);
                        assertThat(wire.roundTrips(
                                        () -> assertThat(customers.names(1000)).hasSize((int) count(tenant))))
                                .isEqualTo(1);
                        var name = new Name("From MyBatis");
                        assertThat(wire.roundTrips(
                                        () -> assertThat(customers.add(name)).isEqualTo(1)))
                                .isEqualTo(1);
                        assertThat(name.id).isNotEmpty();
                    }
                    try (var session = sessions.openSession(ExecutorType.BATCH, false)) {
                        var customers = session.getMapper(Customers.class);
                        for (var i = 0; i < 3; i++) {
                            customers.add(new Name("In a batch"));
                        }
                        session.commit();
                        assertThat(customers.names(1000)).hasSize((int) count(tenant));
                    }
                    return null;
                });
            }
        }
    }

    private static long count(Tenant tenant) throws SQLException {
        return People.customers(DATABASE, tenant);
    }

    private static Configuration configuration(TenantDataSource tenants) {
        var configuration = new Configuration(new Environment("test", new JdbcTransactionFactory(), tenants));
        configuration.setLocalCacheScope(LocalCacheScope.STATEMENT);
        configuration.addMapper(Customers.class);
        return configuration;
    }

    private static void createKey() throws SQLException {
        try (var admin = SEALED.admin();
                var create = admin.prepareStatement("select app_private.create_key('bind', ?)")) {
            create.setBytes(1, KEY);
            create.execute();
        }
    }

    private static HikariDataSource pool(DatabaseUrl url, String parameter) {
        var config = new HikariConfig();
        config.setJdbcUrl(url.jdbc() + "&" + parameter);
        return pool(config);
    }

    private static HikariDataSource pool(Wire wire) {
        var config = new HikariConfig();
        config.setDataSource(wire.dataSource());
        return pool(config);
    }

    private static HikariDataSource pool(HikariConfig config) {
        config.setMaximumPoolSize(2);
        config.setMinimumIdle(0);
        return new HikariDataSource(config);
    }
}
