package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two that create work and two workers, some of which die, take their steps in random order on sessions of
/// their own. When all have finished, no work is left that nobody has a turn for.
///
/// `-Dhedgerow.interleavings=100000` runs more than a build has time for.
class LostWakeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final int INTERLEAVINGS = Integer.getInteger("hedgerow.interleavings", 1_000);
    private static final int STEPS = 24;
    private static final String TENANT = "00000000-0000-7000-8000-00000000000";
    private static final String WORK = """
        create schema lost;
        create table lost.work (id bigint generated always as identity primary key, organization_id uuid not null,
                                livemode boolean not null default false, done boolean not null default false);
        create index on lost.work (organization_id) where not done;
        create trigger wake after insert on lost.work
            for each row execute function app_private.ring_for_row('publish')
        """;

    private final List<Connection> open = new ArrayList<>();

    @AfterEach
    void disconnect() throws SQLException {
        for (var connection : open) {
            connection.close();
        }
    }

    @Test
    void no_work_is_left_behind_in_any_order_of_steps() throws SQLException {
        try (var copy = DATABASE.copy()) {
            execute(copy.admin(), WORK);
            var lost = lost(copy, INTERLEAVINGS);
            assertThat(lost).isEmpty();
        }
    }

    /// Shows that the test detects the loss.
    @Test
    void an_end_that_does_not_listen_loses_work() throws SQLException {
        try (var copy = DATABASE.copy()) {
            execute(copy.admin(), WORK);
            execute(
                    copy.admin(),
                    PaymentControls.mistaken(
                            "app.end_turn",
                            "and t.lease = end_turn.lease and t.rung = end_turn.rung",
                            "and t.lease = end_turn.lease"));
            assertThat(lost(copy, 400)).isNotEmpty();
        }
    }

    /// The seeds after which work was left behind.
    private List<Integer> lost(HedgerowDatabase database, int interleavings) throws SQLException {
        var makers = List.of(new Maker(connect(database)), new Maker(connect(database)));
        var workers = List.of(new Worker(connect(database)), new Worker(connect(database)));
        var admin = connect(database);
        var lost = new ArrayList<Integer>();
        for (var seed = 0; seed < interleavings; seed++) {
            var random = new Random(seed);
            for (var step = 0; step < STEPS; step++) {
                var who = random.nextInt(4);
                if (who < 2) {
                    makers.get(who).step(random);
                } else {
                    workers.get(who - 2).step(random);
                }
            }
            for (var maker : makers) {
                maker.finish();
            }
            for (var worker : workers) {
                worker.finish();
            }
            workers.getFirst().drain();
            if (!FirstColumn.of(admin, "select 1 from lost.work where not done limit 1")
                    .isEmpty()) {
                lost.add(seed);
                execute(admin, "update lost.work set done = true where not done");
            }
        }
        return lost;
    }

    /// Inserts work in a transaction that stays open for some steps and may be rolled back.
    private static final class Maker {
        private final Connection connection;
        private boolean busy;

        Maker(Connection connection) throws SQLException {
            this.connection = connection;
            connection.setAutoCommit(false);
        }

        void step(Random random) throws SQLException {
            if (!busy) {
                execute(
                        connection,
                        "insert into lost.work (organization_id) values ('" + TENANT + random.nextInt(2) + "')");
                busy = true;
            } else if (random.nextInt(5) == 0) {
                connection.rollback();
                busy = false;
            } else {
                finish();
            }
        }

        void finish() throws SQLException {
            connection.commit();
            busy = false;
        }
    }

    /// Takes a turn, does the work it sees, ends the turn: one step each. A worker that will die has a turn
    /// that is over at once.
    private static final class Worker {
        private final Connection connection;
        private String[] turn;
        private boolean looked;
        private boolean dies;

        Worker(Connection connection) {
            this.connection = connection;
        }

        void step(Random random) throws SQLException {
            if (turn == null) {
                dies = random.nextInt(6) == 0;
                take(dies ? "0 seconds" : "1 hour");
            } else if (!looked) {
                look();
            } else if (dies) {
                turn = null;
            } else {
                end();
            }
        }

        private void take(String time) throws SQLException {
            turn = FirstColumn.of(
                            connection,
                            "select concat_ws(' ', organization_id, lease, rung) from app.take_turns(array['publish'],"
                                    + " 1, '" + time + "')")
                    .stream()
                    .map(line -> line.split(" "))
                    .findFirst()
                    .orElse(null);
            looked = false;
        }

        private void look() throws SQLException {
            execute(
                    connection,
                    "update lost.work set done = true where not done and organization_id = '" + turn[0] + "'");
            looked = true;
        }

        private void end() throws SQLException {
            execute(connection, "select app.end_turn('publish', '%s', false, '%s', %s, null)".formatted((Object[])
                            turn));
            turn = null;
        }

        void finish() throws SQLException {
            if (turn != null && !looked) {
                look();
            }
            if (turn != null && !dies) {
                end();
            }
            turn = null;
        }

        /// Works until nobody has a turn left.
        void drain() throws SQLException {
            for (take("1 hour"); turn != null; take("1 hour")) {
                look();
                end();
            }
        }
    }

    private Connection connect(HedgerowDatabase database) throws SQLException {
        var connection = database.admin();
        open.add(connection);
        return connection;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
