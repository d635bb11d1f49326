package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two workers act on one order: one tries again while the other gives it up. Whichever comes second fails.
@Tag("isolation")
class SettlementTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Connection trying;
    private Connection givingUp;
    private String order;

    /// An order under way whose only attempt has failed.
    @BeforeEach
    void connect() throws SQLException {
        trying = DATABASE.worker();
        givingUp = DATABASE.worker();
        begin(trying);
        order = FirstColumn.of(
                        trying,
                        "select payment_order_id from app.payment_attempt where status = 'submitted' and number = 1"
                                + " and agent_id is null and id not in (select payment_attempt_id from"
                                + " app.chain_transaction) order by id limit 1")
                .getFirst();
        execute(
                trying,
                "update app.payment_attempt set status = 'failed', error_code = 'x' where payment_order_id = '" + order
                        + "' and status = 'submitted'");
        trying.commit();
        begin(trying);
        begin(givingUp);
    }

    @AfterEach
    void disconnect() throws SQLException {
        trying.close();
        givingUp.close();
    }

    @Test
    void an_order_is_not_given_up_while_another_transaction_tries_it_again() throws Exception {
        execute(trying, tryAgain());
        var given = meanwhile(givingUp, giveUp());
        trying.commit();
        assertRefused(given, "has not failed");
    }

    @Test
    void an_order_is_not_tried_again_while_another_transaction_gives_it_up() throws Exception {
        execute(givingUp, giveUp());
        var tried = meanwhile(trying, tryAgain());
        givingUp.commit();
        assertRefused(tried, "an attempt needs an order under way");
    }

    private String tryAgain() {
        return "insert into app.payment_attempt (organization_id, livemode, payment_order_id, number, provider)"
                + " select organization_id, livemode, payment_order_id, number + 1, provider from app.payment_attempt"
                + " where payment_order_id = '" + order + "'";
    }

    private String giveUp() {
        return "update app.payment_order set status = 'failed' where id = '" + order + "'";
    }

    private static void assertRefused(CompletableFuture<Void> second, String reason) {
        assertThatThrownBy(second::join).cause().isInstanceOfSatisfying(SQLException.class, e -> {
            assertThat(e.getSQLState()).isEqualTo("23514");
            assertThat(e.getMessage()).contains(reason);
        });
    }

    /// Runs a statement in a transaction that waits for another when this returns.
    private static CompletableFuture<Void> meanwhile(Connection connection, String sql) throws SQLException {
        var process = FirstColumn.of(connection, "select pg_backend_pid()").getFirst();
        var done = CompletableFuture.runAsync(() -> {
            try {
                execute(connection, sql);
                connection.commit();
            } catch (SQLException e) {
                throw new CompletionException(e);
            }
        });
        Eventually.holds("it waits", PATIENCE, () -> done.isDone() || isBlocked(process));
        assertThat(done).as("it waits").isNotDone();
        return done;
    }

    private static boolean isBlocked(String process) {
        try (var admin = DATABASE.admin()) {
            return !FirstColumn.of(admin, "select 1 where cardinality(pg_blocking_pids(" + process + ")) > 0")
                    .isEmpty();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (var admin = DATABASE.admin()) {
            var acme = FirstColumn.of(admin, "select id from app.organization where slug = 'acme'")
                    .getFirst();
            execute(connection, "select app.bind('" + acme + "', 'system:test', false)");
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
