package hedgerow.rls.bind;

import static hedgerow.rls.bind.Notes.one;
import static hedgerow.rls.bind.Notes.strings;
import static hedgerow.rls.bind.Notes.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;

/// JDBC's contract for statements holds for one that is sent in the middle of a pipeline.
class StatementTest {

    @RegisterExtension
    static final Notes NOTES = new Notes();

    private Connection oak;

    @BeforeEach
    void open() throws SQLException {
        oak = NOTES.oak();
    }

    @AfterEach
    void closeAndForget() throws SQLException {
        oak.close();
        NOTES.asAdmin("delete from notes.note where title not like 'note _ of ___'");
    }

    // Results

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_query_has_rows_and_no_count(boolean autoCommit) throws SQLException {
        oak.setAutoCommit(autoCommit);
        try (var statement = oak.createStatement()) {
            assertThat(statement.execute("select title from notes.note")).isTrue();
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
            try (var rows = statement.getResultSet()) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getMetaData().getColumnLabel(1)).isEqualTo("title");
            }
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
            assertThat(statement.getResultSet()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void an_update_has_a_count_and_no_rows(boolean autoCommit) throws SQLException {
        oak.setAutoCommit(autoCommit);
        try (var statement = oak.createStatement()) {
            assertThat(statement.execute("update notes.note set title = title")).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(5);
            assertThat(statement.getLargeUpdateCount()).isEqualTo(5);
            assertThat(statement.getResultSet()).isNull();
            assertThat(statement.getMoreResults()).isFalse();
            assertThat(statement.getUpdateCount()).isEqualTo(-1);
            assertThat(statement.executeUpdate("delete from notes.note where false"))
                    .isZero();
        }
    }

    @Test
    void a_query_that_is_an_update_and_an_update_that_is_a_query_are_refused() throws SQLException {
        try (var statement = oak.createStatement()) {
            assertState("02000", () -> statement.executeQuery("update notes.note set title = title"));
            assertState("0100E", () -> statement.executeUpdate("select 1"));
            assertThat(statement.executeUpdate("update notes.note set title = title"))
                    .isEqualTo(5);
        }
    }

    @Test
    void the_most_rows_are_those_of_the_statement() throws SQLException {
        try (var statement = oak.createStatement()) {
            statement.setMaxRows(2);
            var rows = statement.executeQuery("select title from notes.note order by id");
            assertThat(rows.next() && rows.next()).isTrue();
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void a_result_set_scrolls_when_asked_to() throws SQLException {
        try (var statement = oak.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY)) {
            var rows = statement.executeQuery("select title from notes.note order by id");
            assertThat(rows.last()).isTrue();
            assertThat(rows.getRow()).isEqualTo(5);
            assertThat(rows.first()).isTrue();
        }
    }

    @Test
    void a_result_set_can_be_updated_inside_a_transaction() throws SQLException {
        try (var statement = oak.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
            assertState("0A000", () -> statement.executeQuery("select * from notes.note"));
            oak.setAutoCommit(false);
            var rows = statement.executeQuery("select * from notes.note order by id");
            assertThat(rows.next()).isTrue();
            rows.updateString("author", "updated in place");
            rows.updateRow();
            oak.commit();
        }
        assertThat(NOTES.truth("select tenant from notes.note where author = 'updated in place'"))
                .containsExactly("oak");
        NOTES.asAdmin("update notes.note set author = 'ann'");
    }

    @Test
    void warnings_of_the_statement_are_its_own() throws SQLException {
        try (var statement = oak.createStatement()) {
            statement.executeQuery("select notes.grumble()");
            assertThat(statement.getWarnings().getMessage()).isEqualTo("grumble");
            statement.executeQuery("select 1");
            assertThat(statement.getWarnings() == null).isTrue();
        }
    }

    // Generated keys

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void generated_keys_come_with_the_count(boolean autoCommit) throws SQLException {
        oak.setAutoCommit(autoCommit);
        var sql = "insert into notes.note (title) values ('k1'), ('k2')";
        try (var statement = oak.createStatement()) {
            assertThat(statement.executeUpdate(sql, new String[] {"id", "tenant"}))
                    .isEqualTo(2);
            var keys = statement.getGeneratedKeys();
            assertThat(keys.next() && keys.next()).isTrue();
            assertThat(keys.getLong("id")).isPositive();
            assertThat(keys.getString(2)).isEqualTo("oak");
            assertThat(keys.next()).isFalse();
        }
    }

    @Test
    void all_columns_are_keys_when_none_is_named() throws SQLException {
        try (var insert = oak.prepareStatement(
                "insert into notes.note (title) values (?) -- a comment", Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, "all");
            assertThat(insert.executeUpdate()).isEqualTo(1);
            var keys = insert.getGeneratedKeys();
            assertThat(keys.next()).isTrue();
            assertThat(keys.getString("title")).isEqualTo("all");
        }
    }

    @Test
    void a_returning_clause_of_the_statement_gives_rows() throws SQLException {
        try (var insert = oak.prepareStatement("insert into notes.note (title) values (?) returning tenant")) {
            insert.setString(1, "returning");
            var rows = insert.executeQuery();
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("oak");
        }
    }

    @Test
    void without_keys_there_is_an_empty_result_set_of_them() throws SQLException {
        try (var statement = oak.createStatement()) {
            statement.executeUpdate("update notes.note set title = title");
            assertThat(statement.getGeneratedKeys().next()).isFalse();
            statement.executeQuery("select 1");
            assertThat(statement.getGeneratedKeys().next()).isFalse();
        }
    }

    // Batches

    @ParameterizedTest
    @CsvSource({"true,1", "true,3", "true,64", "true,65", "true,200", "false,3", "false,200"})
    void a_batch_does_all_its_items_for_its_tenant(boolean autoCommit, int size) throws SQLException {
        oak.setAutoCommit(autoCommit);
        try (var insert = oak.prepareStatement("insert into notes.note (title, author) values (?, ?)")) {
            for (var i = 0; i < size; i++) {
                insert.setString(1, "batch " + i);
                insert.setString(2, "b");
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(size).containsOnly(1);
            assertThat(insert.executeBatch()).isEmpty();
        }
        if (!autoCommit) {
            assertThat(NOTES.truth("select 1 from notes.note where title like 'batch %'"))
                    .isEmpty();
            oak.commit();
        }
        assertThat(NOTES.truth("select tenant from notes.note where title like 'batch %'"))
                .hasSize(size)
                .containsOnly("oak");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 150})
    void a_batch_of_texts_does_all(int size) throws SQLException {
        try (var statement = oak.createStatement()) {
            for (var i = 0; i < size; i++) {
                statement.addBatch("insert into notes.note (title) values ('text ? " + i + "')");
            }
            assertThat(statement.executeLargeBatch()).hasSize(size).containsOnly(1);
        }
        assertThat(NOTES.truth("select tenant from notes.note where title like 'text ? %'"))
                .hasSize(size)
                .containsOnly("oak");
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 100})
    void a_batch_that_fails_does_nothing(int size) throws SQLException {
        try (var insert = oak.prepareStatement("insert into notes.note (title) values (?)")) {
            for (var i = 0; i < size; i++) {
                insert.setString(1, i == size - 1 ? "" : "lost " + i);
                insert.addBatch();
            }
            assertThatThrownBy(insert::executeBatch).isInstanceOfSatisfying(BatchUpdateException.class, failure -> {
                assertThat(failure.getSQLState()).isEqualTo("23514");
                assertThat(failure.getUpdateCounts()).hasSize(size).containsOnly(Statement.EXECUTE_FAILED);
                assertThat(failure.getNextException().getMessage()).contains("note_title_check");
            });
            assertThat(insert.executeBatch()).as("it is empty now").isEmpty();
        }
        assertThat(NOTES.truth("select 1 from notes.note where title like 'lost %'"))
                .isEmpty();
        assertClean();
    }

    @Test
    void a_batch_gives_the_keys_of_all_its_items() throws SQLException {
        try (var insert = oak.prepareStatement("insert into notes.note (title) values (?)", new String[] {"id"})) {
            for (var i = 0; i < 3; i++) {
                insert.setString(1, "keys " + i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).containsExactly(1, 1, 1);
            var keys = insert.getGeneratedKeys();
            assertThat(keys.next() && keys.next() && keys.next()).isTrue();
            assertThat(keys.next()).isFalse();
        }
    }

    @Test
    void a_query_has_no_place_in_a_batch() throws SQLException {
        try (var statement = oak.createStatement()) {
            statement.addBatch("select 1");
            assertThatThrownBy(statement::executeBatch).isInstanceOf(BatchUpdateException.class);
        }
        assertClean();
    }

    // Calls

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_function_gives_its_value(boolean autoCommit) throws SQLException {
        oak.setAutoCommit(autoCommit);
        try (var call = oak.prepareCall("{? = call notes.how_many(?)}")) {
            call.registerOutParameter(1, Types.BIGINT);
            call.setLong(2, 0);
            assertThat(call.execute()).isFalse();
            assertThat(call.getLong(1)).isEqualTo(5);
            assertThat(call.wasNull()).isFalse();
            assertThat(call.getObject(1, Long.class)).isEqualTo(5);
        }
    }

    @Test
    void a_function_gives_several_values() throws SQLException {
        try (var call = oak.prepareCall("{call notes.halves(?, ?, ?)}")) {
            call.setInt(1, 7);
            call.registerOutParameter(2, Types.INTEGER);
            call.registerOutParameter(3, Types.INTEGER);
            call.execute();
            assertThat(call.getInt(2)).isEqualTo(3);
            assertThat(call.getInt(3)).isEqualTo(4);
            assertState("22023", () -> call.getInt(1));
        }
    }

    @Test
    void a_procedure_is_called() throws SQLException {
        var id = Long.parseLong(one(oak, "insert into notes.note (title) values ('old name') returning id"));
        try (var call = oak.prepareCall("call notes.rename(?, ?, ?)")) {
            call.setLong(1, id);
            call.setString(2, "new name");
            call.setInt(3, 0);
            assertThat(call.execute()).isTrue();
            assertThat(call.getResultSet().next()).isTrue();
            assertThat(call.getResultSet().getInt(1)).isEqualTo(1);
        }
        assertThat(NOTES.truth("select title from notes.note where id = " + id)).containsExactly("new name");
    }

    @Test
    void output_parameters_are_not_read_by_name_or_too_early() throws SQLException {
        try (var call = oak.prepareCall("{? = call notes.how_many(?)}")) {
            call.registerOutParameter(1, Types.BIGINT);
            assertState("0A000", () -> call.getLong("x"));
            assertState("55000", () -> call.getLong(1));
        }
    }

    // Parameters

    @Test
    void a_parameter_keeps_the_value_that_was_set() throws SQLException {
        try (var query = oak.prepareStatement("select ?::timestamp::text, ?::text")) {
            var mutable = Timestamp.valueOf("2026-01-01 00:00:00");
            query.setTimestamp(1, mutable);
            query.setString(2, "kept");
            mutable.setTime(0);
            for (var i = 0; i < 8; i++) {
                var rows = query.executeQuery();
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("2026-01-01 00:00:00");
                assertThat(rows.getString(2)).isEqualTo("kept");
            }
        }
    }

    @Test
    void parameters_are_counted_as_the_application_counts_them() throws SQLException {
        try (var query = oak.prepareStatement("select ?, ?")) {
            assertState("22023", () -> query.setInt(0, 1));
            assertState("22023", () -> query.setInt(3, 1));
            query.setInt(1, 1);
            assertThatThrownBy(query::executeQuery).hasMessage("No value specified for parameter 2.");
            query.setInt(2, 2);
            query.executeQuery();
            query.clearParameters();
            assertThatThrownBy(query::executeQuery).hasMessage("No value specified for parameter 1.");
            assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(2);
        }
    }

    @Test
    void a_prepared_statement_goes_in_and_out_of_transactions() throws SQLException {
        try (var insert = oak.prepareStatement("insert into notes.note (title) values (?)")) {
            insertAs(insert, "first");
            oak.setAutoCommit(false);
            insertAs(insert, "second");
            insertAs(insert, "rolled back");
            oak.rollback();
            insertAs(insert, "third");
            oak.setAutoCommit(true);
            insertAs(insert, "fourth");
        }
        assertThat(NOTES.truth("select title from notes.note where title not like 'note %' and tenant = 'oak'"))
                .containsExactlyInAnyOrder("first", "third", "fourth");
    }

    private static void insertAs(PreparedStatement insert, String title) throws SQLException {
        insert.setString(1, title);
        assertThat(insert.executeUpdate()).isEqualTo(1);
    }

    @Test
    void a_prepared_statement_takes_no_other_text() throws SQLException {
        try (var query = oak.prepareStatement("select 1")) {
            assertState("42809", () -> query.executeQuery("select 2"));
            assertState("42809", () -> query.addBatch("select 2"));
        }
    }

    // Text

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 'x?y'",
                "select 'x?y';",
                "select 'x?y'  ;  ",
                "select 'x?y' -- a comment? ;",
                "select 'x?y'; -- a comment ?",
                "select 'x?y' /* a ? comment ; /* nested */ */",
                "/* begin; */ select 'x?y'",
                "-- commit;\nselect 'x?y'",
                "select $$x?y$$",
                "select $a$x?y$a$ where $b$;$b$ = ';'",
                "select E'x?y' where E'\\'' = ''''",
                "select {fn concat('x?', 'y')}",
                "select 'x?y' as \"a?;b\"",
                "(select 'x?y')",
                "with a as (select 'x?y' as b) select b from a",
                "values ('x?y')",
                "select 'x?y' where '{}'::jsonb ?? 'a' is false"
            })
    void text_keeps_its_meaning(String sql) throws SQLException {
        try (var prepared = oak.prepareStatement(sql);
                var statement = oak.createStatement()) {
            for (var rows : List.of(prepared.executeQuery(), statement.executeQuery(sql))) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("x?y");
            }
        }
    }

    @Test
    void an_operator_with_a_question_mark_works_in_both_kinds_of_statements() throws SQLException {
        try (var prepared = oak.prepareStatement("select '{\"a\": 1}'::jsonb ?? ?, '{\"b\": 1}'::jsonb ??| array[?]")) {
            prepared.setString(1, "a");
            prepared.setString(2, "b");
            var rows = prepared.executeQuery();
            assertThat(rows.next() && rows.getBoolean(1) && rows.getBoolean(2)).isTrue();
        }
        assertThat(one(oak, "select '{\"a\": 1}'::jsonb ? 'a'")).isEqualTo("t");
    }

    @Test
    void a_statement_sees_its_own_tenant_only() throws SQLException {
        assertThat(strings(oak, "select tenant from notes.note")).hasSize(5).containsOnly("oak");
        assertThat(update(oak, "update notes.note set author = author")).isEqualTo(5);
        assertThat(update(oak, "delete from notes.note where tenant = 'elm'")).isZero();
        assertThat(one(oak, "select current_setting('notes.author')")).isEqualTo("ann");
    }

    // Time

    @Test
    void a_timeout_ends_the_statement_and_leaves_the_connection_clean() throws SQLException {
        try (var statement = oak.createStatement()) {
            statement.setQueryTimeout(1);
            assertState("57014", () -> statement.executeQuery("select pg_sleep(30)"));
            assertClean();
            statement.setQueryTimeout(0);
            statement.executeQuery("select 1");
        }
    }

    @Test
    void another_thread_cancels() throws Exception {
        try (var statement = oak.createStatement()) {
            statement.cancel();
            var running = CompletableFuture.runAsync(
                    () -> assertState("57014", () -> statement.executeQuery("select pg_sleep(30)")));
            while (NOTES.truth("select 1 from pg_stat_activity where query like '%pg_sleep(30)%' and state = 'active'"
                            + " and pid <> pg_backend_pid()")
                    .isEmpty()) {
                Thread.onSpinWait();
            }
            statement.cancel();
            running.join();
            assertClean();
        }
    }

    // The end of a statement

    @Test
    void a_closed_statement_is_closed_with_its_rows() throws SQLException {
        var statement = oak.createStatement();
        var rows = statement.executeQuery("select 1");
        statement.close();
        statement.close();
        assertThat(statement.isClosed()).isTrue();
        assertThat(rows.isClosed()).isTrue();
        assertState("08003", () -> statement.executeQuery("select 1"));
        assertState("08003", statement::getUpdateCount);
    }

    @Test
    void a_statement_may_close_with_its_rows() throws SQLException {
        try (var statement = oak.createStatement()) {
            statement.closeOnCompletion();
            statement.executeUpdate("update notes.note set title = title");
            assertThat(statement.isClosed()).isFalse();
            statement.executeQuery("select 1").close();
            assertThat(statement.isClosed()).isTrue();
        }
    }

    @Test
    void a_new_execution_closes_the_rows_of_the_one_before() throws SQLException {
        try (var query = oak.prepareStatement("select 1")) {
            var rows = query.executeQuery();
            query.executeQuery();
            assertThat(rows.isClosed()).isTrue();
        }
    }

    @Test
    void the_underlying_statement_can_be_unwrapped() throws SQLException {
        assertThat(oak.unwrap(PGConnection.class).getBackendPID()).isPositive();
        assertThat(oak.isWrapperFor(PGConnection.class)).isTrue();
        try (var query = oak.prepareStatement("select 1")) {
            query.executeQuery();
            assertThat(query.unwrap(PGStatement.class)).isNotNull();
            assertThat(query.getConnection()).isSameAs(oak);
            assertThat(oak.getMetaData().getConnection()).isSameAs(oak);
            assertThat(oak.getMetaData().getDatabaseProductName()).isEqualTo("PostgreSQL");
        }
    }

    private void assertClean() throws SQLException {
        assertThat(strings(raw(), "select 1 from notes.note")).as("unbound").isEmpty();
        assertThat(raw().getTransactionState()).isEqualTo(TransactionState.IDLE);
    }

    private PgConnection raw() throws SQLException {
        return oak.unwrap(PgConnection.class);
    }

    private static void assertState(String state, Attempt attempt) {
        assertThatThrownBy(attempt::run)
                .isInstanceOfSatisfying(
                        SQLException.class,
                        failure -> assertThat(failure.getSQLState())
                                .as(failure.getMessage())
                                .isEqualTo(state));
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws SQLException;
    }
}
