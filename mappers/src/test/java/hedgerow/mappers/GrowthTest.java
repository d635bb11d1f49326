package hedgerow.mappers;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
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
