package hedgerow.mappers;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.Crowd;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The cost of a request does not grow with the number of rows: it touches as many pages in a tenant of
/// 10,000 rows of each kind as in one of the demo data, except for the levels of its indexes.
class GrowthTest {

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    static final Demo DEMO = new Demo(DATABASE);

    @Order(3)
    @RegisterExtension
    static final HedgerowDatabase EMPTY = HedgerowDatabase.migrated();

    private static final double MOST = 1.3;

    private static final String TOUCHED = """
        select sum(coalesce(heap_blks_hit, 0) + coalesce(heap_blks_read, 0) + coalesce(idx_blks_hit, 0)
                   + coalesce(idx_blks_read, 0))
          from pg_statio_user_tables
        """;

    private static final Map<String, String> REQUESTS = new LinkedHashMap<>(Map.of(
            "find",
            "select * from app.payment_order where organization_id = app.organization_id() and livemode = false"
                    + " and id = '%s'",
            "list",
            "select * from app.payment_order where organization_id = app.organization_id() and livemode = false"
                    + " order by created_at desc, id desc limit 20",
            "insert",
            "insert into app.payment_order (organization_id, livemode, customer_id, currency, amount_minor, created_by)"
                    + " select organization_id, livemode, customer_id, 'EUR', 500, app.actor() from app.payment_order"
                    + " where organization_id = app.organization_id() and livemode = false and id = '%s'"));

    /// It reads and writes where it likes.
    @BeforeAll
    static void stopAutovacuum() throws SQLException {
        setAutovacuum("set autovacuum = off");
    }

    @AfterAll
    static void startAutovacuum() throws SQLException {
        setAutovacuum("reset autovacuum");
    }

    private static void setAutovacuum(String change) throws SQLException {
        try (var admin = DATABASE.admin()) {
            admin.createStatement().execute("alter system " + change);
            admin.createStatement().execute("select pg_reload_conf()");
        }
    }

    /// The plan of its look-up is as old as the session, which knew of no members.
    @Test
    void a_bind_touches_few_pages_whoever_has_come_since_the_session_began() throws SQLException {
        var acme = DEMO.tenant("acme");
        try (var database = DATABASE.copy();
                var admin = database.admin();
                var app = database.app()) {
            run(admin, """
                delete from pg_statistic where starelid = 'app_private.principal'::regclass;
                update pg_class set relpages = 0, reltuples = -1 where oid = 'app_private.principal'::regclass
                """);
            var bind = "select app.bind('%s', '%s', false)".formatted(acme.organization(), DEMO.actor(acme, "owner"));
            for (var time = 0; time < 8; time++) {
                run(app, bind);
            }
            run(admin, """
                set session_replication_role = replica;
                insert into app_private.principal (subject, kind, id, organization_id, role, active, tenant_active)
                select 'user:' || id, 'user', id, '%s', 'viewer', true, true
                  from generate_series(1, 10000) n, lateral (select md5(n::text)::uuid as id) made
                """.formatted(acme.organization()));
            run(app, "select pg_stat_force_next_flush()");
            var before = principals(admin);
            run(app, bind);
            run(app, "select pg_stat_force_next_flush()");
            assertThat(principals(admin) - before).isBetween(1L, 10L);
        }
    }

    private static long principals(Connection admin) throws SQLException {
        return Long.parseLong(FirstColumn.of(admin, """
            select heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read
              from pg_statio_user_tables where relid = 'app_private.principal'::regclass
            """).getFirst());
    }

    @Test
    void a_request_touches_at_most_1_3_times_the_pages() throws SQLException, IOException {
        var few = costs();
        try (var admin = DATABASE.admin();
                var rows = GrowthTest.class.getResourceAsStream("ten_thousand.sql")) {
            run(admin, new String(rows.readAllBytes(), StandardCharsets.UTF_8));
            for (var table : FirstColumn.of(admin, """
                select oid::regclass from pg_class where relnamespace = 'app'::regnamespace and relkind = 'r'
                """)) {
                run(admin, "alter table " + table + " enable trigger all");
            }
            var never = costs();
            run(admin, "analyze");
            var analyzed = costs();
            few.forEach((request, pages) -> {
                assertThat(pages).as(request).isPositive();
                assertThat(analyzed.get(request)).as(request + ", analyzed").isLessThanOrEqualTo(pages * 1.3);
                if (!request.equals("list")) { // the server sorts all rows while it knows of only a few
                    assertThat(never.get(request))
                            .as(request + ", never analyzed")
                            .isLessThanOrEqualTo(pages * 1.3);
                }
            });
        }
    }

    /// The short form of `bench/grow`.
    @Test
    void a_request_touches_as_many_pages_among_100_000_orders_as_among_10_000() throws SQLException {
        var few = costs(new Crowd(100, 10_000));
        var many = costs(new Crowd(100, 100_000));
        few.forEach((state, costs) -> costs.forEach((request, cost) -> {
            var grown = many.get(state).get(request);
            assertThat(cost.buffers()).as("%s, %s", request, state).isPositive();
            assertThat(grown.buffers()).as("%s, %s: pages", request, state).isLessThanOrEqualTo(cost.buffers() * MOST);
            assertThat(grown.walBytes())
                    .as("%s, %s: bytes of the log", request, state)
                    .isLessThanOrEqualTo(cost.walBytes() * MOST + 100);
        }));
    }

    private static Map<String, Map<Growth.Request, Growth.Cost>> costs(Crowd crowd) throws SQLException {
        try (var database = EMPTY.copy();
                var admin = database.admin()) {
            crowd.fill(admin);
            var never = costs(database, crowd);
            run(admin, "analyze");
            var costs = Map.of("never analyzed", never, "analyzed", costs(database, crowd));
            System.getLogger("growth").log(System.Logger.Level.INFO, "{0}: {1}", crowd, costs);
            return costs;
        }
    }

    private static Map<Growth.Request, Growth.Cost> costs(HedgerowDatabase database, Crowd crowd) throws SQLException {
        try (var growth = Growth.of(database.adminUrl().withDatabase("postgres"), database.url(Logins.APP), crowd, 1)) {
            return growth.costs(50);
        }
    }

    /// The number of pages per request, in a new session that has planned each statement.
    private static Map<String, Double> costs() throws SQLException {
        var acme = DEMO.tenant("acme");
        var order = DEMO.uuid("select id from app.payment_order where " + Demo.where(acme)
                + " and customer_id is not null order by created_at desc limit 1");
        var costs = new LinkedHashMap<String, Double>();
        try (var app = DATABASE.app()) {
            for (var request : REQUESTS.entrySet()) {
                var sql = "begin; select app.bind('%s', '%s', false); %s; commit"
                        .formatted(
                                acme.organization(),
                                DEMO.actor(acme, "owner"),
                                request.getValue().formatted(order));
                run(app, sql);
                var before = touched(app);
                for (var time = 0; time < 8; time++) {
                    run(app, sql);
                }
                costs.put(request.getKey(), (touched(app) - before) / 8.0);
            }
        }
        return costs;
    }

    private static long touched(Connection app) throws SQLException {
        run(app, "select pg_stat_force_next_flush()"); // a transaction of its own: it flushes at the end
        return Long.parseLong(DEMO.strings(TOUCHED).getFirst());
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
