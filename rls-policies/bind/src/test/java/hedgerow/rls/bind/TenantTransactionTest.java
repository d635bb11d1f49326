package hedgerow.rls.bind;

import static hedgerow.rls.bind.Notes.one;
import static hedgerow.rls.bind.Notes.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Batches that are sent with COMMIT, counted on the wire.
class TenantTransactionTest {

    private static final String INSERT = "insert into notes.note (tenant, title) values (?, ?)";

    @RegisterExtension
    static final Notes NOTES = new Notes();

    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = NOTES.oak();
        connection.setAutoCommit(false);
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
        NOTES.asAdmin("delete from notes.note where title like 'late %'");
    }

    @Test
    void the_last_statements_and_commit_are_one_round_trip() throws Exception {
        for (var i = 0; i < 9; i++) {
            var title = "late " + i;
            var trips = NOTES.wire().roundTrips(() -> {
                update(connection, "update notes.note set title = title");
                connection.unwrap(TenantTransaction.class).sendBatchesWithCommit();
                assertThat(add(title)).containsExactly(Statement.SUCCESS_NO_INFO);
                assertThat(add(title + " twin")).containsExactly(Statement.SUCCESS_NO_INFO);
                connection.commit();
            });
            assertThat(trips).isEqualTo(2);
            assertThat(added(title + "%")).isEqualTo("2");
        }
    }

    @Test
    void a_transaction_of_nothing_but_batches_is_bound_and_one_round_trip() throws Exception {
        var trips = NOTES.wire().roundTrips(() -> {
            connection.unwrap(TenantTransaction.class).sendBatchesWithCommit();
            add("late alone");
            connection.commit();
        });
        assertThat(trips).isEqualTo(1);
        assertThat(added("late alone")).isEqualTo("1");
    }

    @Test
    void batches_go_before_a_later_statement() throws SQLException {
        connection.unwrap(TenantTransaction.class).sendBatchesWithCommit();
        add("late seen");
        assertThat(one(connection, "select count(*) from notes.note where title = 'late seen'"))
                .isEqualTo("1");
        add("late and after");
        connection.setSavepoint();
        connection.commit();
        assertThat(added("late %")).isEqualTo("2");
    }

    @Test
    void a_rollback_forgets_them_and_so_does_closing() throws SQLException {
        connection.unwrap(TenantTransaction.class).sendBatchesWithCommit();
        add("late undone");
        connection.rollback();
        connection.commit();
        connection.unwrap(TenantTransaction.class).sendBatchesWithCommit();
        add("late closed");
        connection.close();
        assertThat(added("late %")).isEqualTo("0");
    }

    @Test
    void the_next_transaction_sends_its_batches_at_once() throws SQLException {
        connection.unwrap(TenantTransaction.class).sendBatchesWithCommit();
        connection.commit();
        assertThat(add("late at once")).containsExactly(1);
        connection.rollback();
    }

    @Test
    void turning_auto_commit_on_commits_them() throws SQLException {
        connection.unwrap(TenantTransaction.class).sendBatchesWithCommit();
        add("late kept");
        connection.setAutoCommit(true);
        assertThat(added("late kept")).isEqualTo("1");
    }

    /// The policy refuses the first; the second violates a unique key that COMMIT checks.
    @ParameterizedTest
    @CsvSource({"elm, late of another", "oak, late first"})
    void commit_throws_the_error_of_a_waiting_statement_and_leaves_nothing(String tenant, String title)
            throws SQLException {
        add("late first");
        connection.unwrap(TenantTransaction.class).sendBatchesWithCommit();
        add("late second");
        add(tenant, title);
        assertThatThrownBy(connection::commit).isInstanceOf(SQLException.class);
        connection.rollback();
        assertThat(added("late %")).isEqualTo("0");
        add("late again");
        connection.commit();
        assertThat(added("late %")).isEqualTo("1");
    }

    @Test
    void auto_commit_has_no_commit_to_wait_for() throws SQLException {
        connection.setAutoCommit(true);
        assertThatThrownBy(connection.unwrap(TenantTransaction.class)::sendBatchesWithCommit)
                .hasMessageContaining("setAutoCommit(false)");
    }

    private int[] add(String title) throws SQLException {
        return add(Notes.OAK.id(), title);
    }

    private int[] add(String tenant, String title) throws SQLException {
        try (var insert = connection.prepareStatement(INSERT)) {
            insert.setString(1, tenant);
            insert.setString(2, title);
            insert.addBatch();
            return insert.executeBatch();
        }
    }

    private static String added(String titles) throws SQLException {
        return NOTES.truth("select count(*) from notes.note where title like '" + titles + "'")
                .getFirst();
    }
}
