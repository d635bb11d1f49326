package hedgerow.rls.bind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A listener receives exactly the round trips that happen on the wire.
class RoundTripListenerTest {

    @RegisterExtension
    static final Notes NOTES = new Notes();

    private final List<Boolean> told = new ArrayList<>();
    private final List<Duration> times = new ArrayList<>();
    private final TenantDataSource tenants =
            TenantDataSource.over(NOTES.wire().dataSource(), Notes.CALL, (binding, time) -> {
                told.add(binding);
                times.add(time);
            });

    /// An application's use of a connection, and which of its round trips bind.
    record Use(String name, List<Boolean> expected, Code code) {

        @Override
        public String toString() {
            return name;
        }
    }

    @FunctionalInterface
    interface Code {
        void run(Connection connection) throws SQLException;
    }

    static Stream<Use> uses() {
        return Stream.of(
                new Use("a query", List.of(true), c -> query(c)),
                new Use("a query that fails, and its rollback", List.of(true, false), c -> fail(c)),
                new Use(
                        "generated keys",
                        List.of(true),
                        c -> c.createStatement()
                                .executeUpdate("update notes.note set title = title", new String[] {"id"})),
                new Use("a short batch", List.of(true), c -> batch(c, 64)),
                new Use("a long batch", List.of(true, false, false), c -> batch(c, 65)),
                new Use(
                        "a description",
                        List.of(false),
                        c -> c.prepareStatement("select 1 as one").getMetaData().getColumnCount()),
                new Use(
                        "a description of parameters",
                        List.of(false),
                        c -> c.prepareStatement("select ?::int").getParameterMetaData()),
                new Use("nothing", List.of(), c -> c.setReadOnly(true)),
                transaction("of nothing", List.of(), Connection::commit),
                transaction("committed", List.of(true, false, false), c -> {
                    query(c);
                    query(c);
                    c.commit();
                    c.commit();
                }),
                transaction("rolled back", List.of(true, false), c -> {
                    query(c);
                    c.rollback();
                }),
                transaction("left open", List.of(true), c -> query(c)),
                transaction("ended by auto-commit", List.of(true, false), c -> {
                    query(c);
                    c.setAutoCommit(true);
                }),
                transaction("failed", List.of(true, false, false), c -> {
                    query(c);
                    fail(c);
                    c.rollback();
                }),
                transaction("with a savepoint", List.of(true, false, false, false, false, false), c -> {
                    var savepoint = c.setSavepoint();
                    query(c);
                    c.rollback(savepoint);
                    c.releaseSavepoint(savepoint);
                    c.commit();
                }));
    }

    private static Use transaction(String name, List<Boolean> expected, Code code) {
        return new Use("a transaction " + name, expected, c -> {
            c.setAutoCommit(false);
            code.run(c);
        });
    }

    @ParameterizedTest
    @MethodSource("uses")
    void it_receives_every_round_trip(Use use) throws Exception {
        try (var connection = tenants.getConnection(Notes.OAK)) {
            var counted = NOTES.wire().roundTrips(() -> use.code().run(connection));
            assertThat(told).isEqualTo(use.expected());
            assertThat(counted).isEqualTo(told.size());
            assertThat(times).allMatch(Duration::isPositive);
        }
    }

    @Test
    void an_open_transaction_is_rolled_back_in_one_round_trip() throws Exception {
        var connection = tenants.getConnection(Notes.OAK);
        connection.setAutoCommit(false);
        query(connection);
        told.clear();
        connection.close();
        assertThat(told).containsExactly(false);
    }

    @Test
    void the_time_holds_the_work_of_the_server() throws Exception {
        try (var connection = tenants.getConnection(Notes.OAK);
                var statement = connection.createStatement()) {
            statement.execute("select pg_sleep(0.05)");
        }
        assertThat(times).singleElement().satisfies(time -> assertThat(time).isGreaterThan(Duration.ofMillis(50)));
    }

    @Test
    void a_refusal_before_sending_is_no_round_trip() throws Exception {
        try (var connection = tenants.getConnection(Notes.OAK)) {
            assertThatThrownBy(() -> connection.prepareStatement("select ?").executeQuery())
                    .isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> Notes.update(connection, "commit")).isInstanceOf(SQLException.class);
        }
        assertThat(told).isEmpty();
    }

    private static void query(Connection connection) throws SQLException {
        assertThat(Notes.strings(connection, "select title from notes.note")).hasSize(5);
    }

    private static void fail(Connection connection) {
        assertThatThrownBy(() -> Notes.one(connection, "select 1 / 0")).isInstanceOf(SQLException.class);
    }

    private static void batch(Connection connection, int size) throws SQLException {
        try (var update = connection.prepareStatement("update notes.note set title = title where id = ?")) {
            for (var id = 1; id <= size; id++) {
                update.setLong(1, id);
                update.addBatch();
            }
            update.executeBatch();
        }
    }
}
