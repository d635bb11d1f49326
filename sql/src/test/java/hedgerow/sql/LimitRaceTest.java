package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// 64 sessions pay at the boundary of one limit, and some of them are killed: the sum of the payments is
/// the limit, to the unit.
///
/// `-Dhedgerow.limit.rounds=1000` runs more rounds than a build has time for.
class LimitRaceTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final int SESSIONS = 64;
    private static final int LIMIT = 40;
    private static final int ROUNDS = Integer.getInteger("hedgerow.limit.rounds", 8);
    private static final String REFUSED = "23514";
    private static final String KILLED = "57P01";

    private static final List<Connection> CONNECTIONS = new ArrayList<>();
    private static ExecutorService threads;
    private static Connection admin;
    private static String tenant;

    @BeforeAll
    static void connect() throws SQLException {
        threads = Executors.newFixedThreadPool(SESSIONS + 1);
        admin = DATABASE.admin();
        tenant = one("select id from app.organization where slug = 'initech'");
        for (var i = 0; i < SESSIONS; i++) {
            CONNECTIONS.add(DATABASE.worker());
        }
        execute(admin, "begin; select app.bind('" + tenant + "', 'system:test', false)");
        execute(
                admin,
                "update app.agent_limit set period_started_at = date_trunc('month', now(), 'UTC')"
                        + " where organization_id = '" + tenant + "' and not livemode");
        execute(admin, "commit");
    }

    @AfterAll
    static void disconnect() throws SQLException {
        threads.shutdownNow();
        for (var connection : CONNECTIONS) {
            connection.close();
        }
        admin.close();
    }

    @Test
    void concurrent_payments_sum_up_to_the_limit() throws Exception {
        for (var round = 0; round < ROUNDS; round++) {
            var orders = orders();
            var together = new CyclicBarrier(SESSIONS);
            var moved = all(orders, (session, order) -> move(session, order, together, session % 8 == 3));
            for (var i = 0; i < SESSIONS; i++) { // a session that was killed tries again
                moved.set(i, moved.get(i) == null ? move(i, orders.get(i), new CyclicBarrier(1), false) : moved.get(i));
            }
            assertThat(moved).as("round %d", round).filteredOn(got -> got).hasSize(LIMIT);
            assertThat(underWay(orders)).isEqualTo(LIMIT);
            assertThat(spent()).isEqualTo(LIMIT);
        }
    }

    @Test
    void a_limit_that_is_lowered_meanwhile_holds_from_then_on() throws Exception {
        for (var round = 0; round < ROUNDS; round++) {
            var orders = orders();
            var together = new CyclicBarrier(SESSIONS + 1);
            var lowered = threads.submit(() -> {
                together.await();
                Thread.sleep(ThreadLocalRandom.current().nextInt(30));
                execute(admin, "begin; select app.bind('" + tenant + "', 'system:test', false)");
                var spent = one("update app.agent_limit set per_period = 20, per_payment = 1 where currency = 'EUR' and"
                        + agent() + " returning spent");
                execute(admin, "commit");
                return Integer.parseInt(spent);
            });
            all(orders, (session, order) -> move(session, order, together, false));
            assertThat(spent()).isEqualTo(Math.max(lowered.get(), 20)).isEqualTo(underWay(orders));
        }
    }

    private interface Mover {
        Boolean move(int session, String order) throws Exception;
    }

    private static List<Boolean> all(List<String> orders, Mover mover) throws Exception {
        var calls = new ArrayList<Callable<Boolean>>();
        for (var i = 0; i < SESSIONS; i++) {
            var session = i;
            calls.add(() -> mover.move(session, orders.get(session)));
        }
        var results = new ArrayList<Boolean>();
        for (var result : threads.invokeAll(calls)) {
            results.add(result.get());
        }
        return results;
    }

    /// Whether the order was moved; null if the session died before it could commit.
    private static Boolean move(int session, String order, CyclicBarrier together, boolean dies) throws Exception {
        var connection = CONNECTIONS.get(session);
        connection.setAutoCommit(false);
        execute(connection, "select app.bind('" + tenant + "', 'system:test', false)");
        together.await();
        try {
            execute(connection, "update app.payment_order set status = 'processing' where id = '" + order + "'");
            if (dies) {
                execute(connection, "select pg_terminate_backend(pg_backend_pid())");
            }
            connection.commit();
            return true;
        } catch (SQLException e) {
            assertThat(e.getSQLState()).as(e.getMessage()).isIn(REFUSED, KILLED);
            if (e.getSQLState().equals(KILLED)) {
                connection.close();
                CONNECTIONS.set(session, DATABASE.worker());
                return null;
            }
            connection.rollback();
            return false;
        }
    }

    /// Creates an order of one unit for each session, and a limit that some of them fit.
    private static List<String> orders() throws SQLException {
        execute(admin, "begin; select app.bind('" + tenant + "', 'system:test', false)");
        execute(
                admin,
                "update app.agent_limit set spent = 0, per_payment = 1, per_period = " + LIMIT
                        + " where currency = 'EUR' and" + agent());
        var made = FirstColumn.of(
                admin,
                "insert into app.payment_order (organization_id, livemode, executing_agent_id, currency, amount_minor,"
                        + " created_by) select organization_id, livemode, id, 'EUR', 1, 'system:test' from app.agent,"
                        + " generate_series(1, " + SESSIONS
                        + ") where name = 'Agent 1'"
                        + " and not livemode and organization_id = '" + tenant + "' returning id");
        execute(
                admin,
                "update app.payment_order set status = 'requires_execution' where created_at = now()"
                        + " and amount_minor = 1 and organization_id = '" + tenant + "'");
        execute(admin, "commit");
        return made;
    }

    private static String agent() {
        return " agent_id = (select id from app.agent where name = 'Agent 1' and not livemode and organization_id = '"
                + tenant + "')";
    }

    private static int underWay(List<String> orders) throws SQLException {
        return Integer.parseInt(one("select coalesce(sum(amount_minor), 0) from app.payment_order where status ="
                + " 'processing' and id in ('" + String.join("', '", orders) + "')"));
    }

    private static int spent() throws SQLException {
        return Integer.parseInt(one("select spent from app.agent_limit where currency = 'EUR' and" + agent()));
    }

    private static String one(String sql) throws SQLException {
        return FirstColumn.of(admin, sql).getFirst();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
