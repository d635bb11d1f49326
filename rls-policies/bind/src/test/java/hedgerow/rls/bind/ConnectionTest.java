package hedgerow.rls.bind;

import static hedgerow.rls.bind.Notes.ELM;
import static hedgerow.rls.bind.Notes.OAK;
import static hedgerow.rls.bind.Notes.one;
import static hedgerow.rls.bind.Notes.strings;
import static hedgerow.rls.bind.Notes.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.Logins;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
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
import org.postgresql.core.TransactionState;
import org.postgresql.jdbc.PgConnection;

/// A connection belongs to one tenant, and nothing of it is left when a transaction has ended, in whatever
/// way.
class ConnectionTest {

    private static final String TENANTS = "select distinct tenant from notes.note";

    @RegisterExtension
    static final Notes NOTES = new Notes();

    /// The underlying connection, which outlives the one above as it would in a pool.
    private PgConnection driver;

    private TenantDataSource tenants;

    @BeforeEach
    void open() throws SQLException {
        driver = NOTES.wire().dataSource().getConnection().unwrap(PgConnection.class);
        tenants = TenantDataSource.over(new OneConnection(driver), Notes.CALL);
    }

    @AfterEach
    void closeAndForget() throws SQLException {
        driver.close();
        NOTES.asAdmin("delete from notes.note where title not like 'note _ of ___'");
    }

    // Tenants

    @Test
    void no_tenant_in_scope_no_connection() {
        assertThatThrownBy(tenants::getConnection)
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("No tenant is in scope.")
                .hasMessageContaining("Tenant.none()");
    }

    @Test
    void the_tenant_in_scope_is_bound() throws SQLException {
        assertThat(OAK.call(() -> strings(tenants.getConnection(), TENANTS))).containsExactly("oak");
        assertThat(ELM.call(() -> strings(tenants.getConnection(), TENANTS))).containsExactly("elm");
        assertThat(Tenant.current()).isEmpty();
    }

    @Test
    void the_innermost_scope_counts() {
        OAK.run(() -> {
            ELM.run(() -> assertThat(Tenant.current()).contains(ELM));
            assertThat(Tenant.current()).contains(OAK);
        });
    }

    @Test
    void another_thread_has_no_tenant() {
        OAK.run(() -> assertThat(CompletableFuture.supplyAsync(Tenant::current).join())
                .isEmpty());
    }

    @Test
    void a_tenant_can_be_named_whatever_is_in_scope() throws SQLException {
        assertThat(OAK.call(() -> strings(tenants.getConnection(ELM), TENANTS))).containsExactly("elm");
        assertThat(strings(tenants.forTenant(OAK).getConnection(), TENANTS)).containsExactly("oak");
    }

    @Test
    void a_connection_of_one_scope_refuses_to_work_in_another() throws SQLException {
        var connection = OAK.call(tenants::getConnection);
        ELM.call(() -> {
            assertThatThrownBy(() -> strings(connection, TENANTS))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("another tenant");
            return null;
        });
        assertThat(strings(connection, TENANTS)).containsExactly("oak");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nobody_on_purpose_sees_nothing(boolean autoCommit) throws SQLException {
        try (var nobody = tenants.getConnection(Tenant.none())) {
            nobody.setAutoCommit(autoCommit);
            assertThat(strings(nobody, TENANTS)).isEmpty();
            assertThat(one(nobody, "select 1")).isEqualTo("1");
            assertThatThrownBy(() -> update(nobody, "insert into notes.note (tenant, title) values ('oak', 'x')"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void nobody_sees_nothing_even_where_a_variable_was_left_on_the_session() throws SQLException {
        update(driver, "set notes.tenant = 'elm'");
        assertThat(strings(driver, TENANTS)).as("or this test could not fail").containsExactly("elm");
        assertThat(strings(tenants.getConnection(Tenant.none()), TENANTS)).isEmpty();
        assertThat(strings(tenants.getConnection(OAK), TENANTS)).containsExactly("oak");
    }

    @Test
    void a_tenant_has_a_name_and_an_actor() {
        assertThatThrownBy(() -> Tenant.of("", "ann", true)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tenant.of("oak", "", true)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Tenant.without("", true)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_bind_call_is_one_statement_that_sets_named_variables() {
        for (var sql : List.of("", "select 1; select 2", "select 'x", "select 1 /* x")) {
            assertThatThrownBy(() ->
                            new BindCall(sql, (tenant, backend) -> List.of(), List.of("a.b"), BindCall.Prepared.KEPT))
                    .as(sql)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (var variable : List.of("", "tenant", "a.b = ''; commit; --", "a.b\"", "a.", "a.1", "a b.c")) {
            assertThatThrownBy(() -> BindCall.variable(variable))
                    .as(variable)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    // Leftovers

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select 1/0",
                "select nothing",
                "insert into notes.note (title) values ('')",
                "insert into notes.note (tenant, title) values ('elm', 'foreign')",
                "insert into notes.note (title) values ('note 1 of oak')",
                "select 'unterminated",
                "select /* unterminated",
                "select $a$ unterminated",
                "select 1 \"unterminated",
                "select (1",
                "vacuum",
                "set transaction isolation level serializable"
            })
    void a_failed_statement_leaves_nothing(String sql) throws SQLException {
        for (var autoCommit : List.of(true, false)) {
            try (var connection = tenants.getConnection(OAK)) {
                connection.setAutoCommit(autoCommit);
                assertThatThrownBy(() -> {
                            update(connection, sql);
                            connection.commit();
                        })
                        .isInstanceOf(SQLException.class);
            }
            assertNothingLeft();
        }
        assertThat(strings(tenants.getConnection(OAK), TENANTS)).containsExactly("oak");
    }

    @Test
    void a_failed_commit_loses_its_statement_and_throws() throws SQLException {
        var connection = tenants.getConnection(OAK);
        var twice = "insert into notes.note (title) values ('twice')";
        update(connection, twice);
        assertThatThrownBy(() -> update(connection, twice))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23505"));
        assertNothingLeft();
        assertThat(NOTES.truth("select tenant from notes.note where title = 'twice'"))
                .containsExactly("oak");
    }

    @Test
    void a_connection_that_is_closed_in_a_transaction_rolls_it_back() throws SQLException {
        var connection = tenants.getConnection(OAK);
        connection.setAutoCommit(false);
        update(connection, "insert into notes.note (title) values ('forgotten')");
        connection.close();
        assertNothingLeft();
        assertThat(NOTES.truth("select 1 from notes.note where title = 'forgotten'"))
                .isEmpty();
    }

    @Test
    void the_next_tenant_finds_nothing_of_the_one_before() throws SQLException {
        for (var i = 0; i < 20; i++) {
            try (var oak = tenants.getConnection(OAK)) {
                assertThat(strings(oak, TENANTS)).containsExactly("oak");
            }
            try (var elm = tenants.getConnection(ELM)) {
                assertThat(strings(elm, TENANTS)).containsExactly("elm");
            }
            assertNothingLeft();
        }
    }

    @Test
    void a_connection_whose_rollback_fails_is_closed() throws SQLException {
        var connection = tenants.getConnection(OAK);
        var killed = "select pg_terminate_backend(pg_backend_pid())";
        NOTES.asAdmin("grant pg_signal_backend to hedgerow_app");
        try {
            assertThatThrownBy(() -> one(connection, killed)).isInstanceOf(SQLException.class);
        } finally {
            NOTES.asAdmin("revoke pg_signal_backend from hedgerow_app");
        }
        assertThat(driver.isClosed()).isTrue();
    }

    // Transactions

    @Test
    void each_transaction_is_bound_anew() throws SQLException {
        var connection = tenants.getConnection(OAK);
        connection.setAutoCommit(false);
        for (var i = 0; i < 8; i++) {
            assertThat(strings(connection, TENANTS)).containsExactly("oak");
            assertThat(strings(connection, TENANTS)).containsExactly("oak");
            if (i % 2 == 0) {
                connection.commit();
            } else {
                connection.rollback();
            }
        }
    }

    @Test
    void a_rollback_to_a_savepoint_keeps_the_tenant() throws SQLException {
        var connection = tenants.getConnection(OAK);
        connection.setAutoCommit(false);
        var savepoint = connection.setSavepoint();
        assertThat(strings(connection, TENANTS)).containsExactly("oak");
        connection.rollback(savepoint);
        assertThat(strings(connection, TENANTS)).containsExactly("oak");
        var named = connection.setSavepoint("named");
        assertThatThrownBy(() -> one(connection, "select 1/0")).isInstanceOf(SQLException.class);
        connection.rollback(named);
        assertThat(strings(connection, TENANTS)).containsExactly("oak");
        connection.releaseSavepoint(named);
        connection.commit();
        connection.close();
        assertNothingLeft();
    }

    @Test
    void savepoints_by_text_keep_it_too() throws SQLException {
        var connection = tenants.getConnection(OAK);
        connection.setAutoCommit(false);
        update(connection, "savepoint mine");
        assertThatThrownBy(() -> one(connection, "select 1/0")).isInstanceOf(SQLException.class);
        update(connection, "rollback to savepoint mine");
        assertThat(strings(connection, TENANTS)).containsExactly("oak");
        update(connection, "release savepoint mine");
        connection.rollback();
    }

    @Test
    void a_first_statement_that_fails_under_autosave_leaves_a_transaction_that_is_bound_again() throws SQLException {
        try (var connection = NOTES.oak("autosave=always")) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> one(connection, "select 1/0")).isInstanceOf(SQLException.class);
            assertThat(strings(connection, TENANTS)).containsExactly("oak");
        }
    }

    @Test
    void a_failed_transaction_stays_failed_until_it_is_rolled_back() throws SQLException {
        var connection = tenants.getConnection(OAK);
        connection.setAutoCommit(false);
        assertThatThrownBy(() -> one(connection, "select 1/0")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> strings(connection, TENANTS))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25P02"));
        connection.rollback();
        assertThat(strings(connection, TENANTS)).containsExactly("oak");
    }

    @ParameterizedTest
    @CsvSource({
        "1,read uncommitted,true",
        "2,read committed,true",
        "4,repeatable read,true",
        "8,serializable,true",
        "1,read uncommitted,false",
        "2,read committed,false",
        "4,repeatable read,false",
        "8,serializable,false"
    })
    void isolation_is_set_at_the_beginning_of_a_transaction_and_ends_with_it(int level, String name, boolean autoCommit)
            throws SQLException {
        try (var connection = tenants.getConnection(OAK)) {
            assertThat(connection.getTransactionIsolation()).isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
            connection.setTransactionIsolation(level);
            connection.setAutoCommit(autoCommit);
            assertThat(connection.getTransactionIsolation()).isEqualTo(level);
            assertThat(one(connection, "select current_setting('transaction_isolation')"))
                    .isEqualTo(name);
        }
        assertThat(one(driver, "select current_setting('default_transaction_isolation')"))
                .isEqualTo("read committed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void read_only_is_set_at_the_beginning_of_a_transaction_and_ends_with_it(boolean autoCommit) throws SQLException {
        try (var connection = tenants.getConnection(OAK)) {
            connection.setReadOnly(true);
            connection.setAutoCommit(autoCommit);
            assertThat(connection.isReadOnly()).isTrue();
            assertThat(strings(connection, TENANTS)).containsExactly("oak");
            assertThatThrownBy(() -> update(connection, "update notes.note set title = title"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("25006"));
        }
        assertThat(driver.isReadOnly()).isFalse();
        assertThat(update(tenants.getConnection(OAK), "update notes.note set title = title"))
                .isEqualTo(5);
    }

    @Test
    void a_transaction_that_the_driver_began_is_bound_by_its_first_statement() throws SQLException {
        var connection = tenants.getConnection(OAK);
        for (var i = 0; i < 2; i++) {
            connection.setAutoCommit(false);
            connection.getMetaData().getTables(null, "notes", "%", null).close();
            assertThat(driver.getTransactionState()).isEqualTo(TransactionState.OPEN);
            assertThat(strings(connection, TENANTS)).containsExactly("oak");
            connection.setAutoCommit(true);
        }
    }

    @Test
    void asking_for_metadata_first_does_not_disturb_the_modes_of_a_transaction() throws SQLException {
        var connection = tenants.getConnection(OAK);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        connection.setAutoCommit(false);
        try (var query = connection.prepareStatement("select tenant from notes.note where id > ?")) {
            assertThat(query.getMetaData().getColumnCount()).isEqualTo(1);
            query.setLong(1, 0);
            assertThat(query.executeQuery().next()).isTrue();
        }
        assertThat(one(connection, "select current_setting('transaction_isolation')"))
                .isEqualTo("serializable");
    }

    @Test
    void modes_do_not_change_inside_a_transaction() throws SQLException {
        var connection = tenants.getConnection(OAK);
        connection.setAutoCommit(false);
        strings(connection, TENANTS);
        assertThatThrownBy(() -> connection.setReadOnly(true)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE))
                .isInstanceOf(SQLException.class);
    }

    @Test
    void turning_auto_commit_on_commits() throws SQLException {
        var connection = tenants.getConnection(OAK);
        connection.setAutoCommit(false);
        update(connection, "insert into notes.note (title) values ('committed')");
        connection.setAutoCommit(true);
        assertNothingLeft();
        assertThat(NOTES.truth("select tenant from notes.note where title = 'committed'"))
                .containsExactly("oak");
    }

    // Refused statements

    @ParameterizedTest
    @ValueSource(
            strings = {
                "commit",
                "COMMIT AND CHAIN",
                "/* x */ rollback",
                "-- x\nend",
                "abort",
                "begin",
                "start transaction",
                "rollback and chain",
                "prepare transaction 'x'",
                "prepare p as select 1",
                "deallocate all",
                "discard all",
                "reset all",
                "reset notes.tenant",
                "set notes.tenant = 'elm'",
                "set session notes.tenant = 'elm'",
                "set role none",
                "set session characteristics as transaction read only",
                "set local notes.tenant = 'elm'",
                "set local \"notes\".\"tenant\" = 'elm'",
                "SET LOCAL NOTES.AUTHOR = 'eve'",
                "set local notes . /* x */ tenant to 'elm'",
                "set local notes .tenant to 'elm'",
                "listen x",
                "declare c cursor with hold for select 1",
                "select 1; select 2",
                "select 1; commit",
                ";; commit",
                "",
                "  ",
                "-- nothing",
                "create function f() returns int language sql begin atomic; select 1; end"
            })
    void statements_that_end_or_outlive_the_transaction_are_refused(String sql) throws SQLException {
        var connection = tenants.getConnection(OAK);
        for (var autoCommit : List.of(true, false)) {
            connection.setAutoCommit(autoCommit);
            var trips = 0;
            try {
                trips = NOTES.wire()
                        .roundTrips(() -> assertThatThrownBy(() -> update(connection, sql))
                                .isInstanceOf(SQLException.class));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            assertThat(trips).as("nothing was sent").isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set local statement_timeout = 1000",
                "set local notes.colour to 'green'",
                "set local time zone 'UTC'",
                "set constraints all immediate",
                "declare c cursor for select 1",
                "explain select 1",
                "show server_version",
                "lock table notes.note in access share mode",
                "do $$ begin null; end $$",
                "notify x"
            })
    void the_rest_is_not(String sql) throws SQLException {
        try (var statement = tenants.getConnection(OAK).createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"preferQueryMode=simple", "prepareThreshold=-1"})
    void settings_that_break_pipelines_are_refused_at_the_first_connection(String parameter) {
        assertThatThrownBy(() -> NOTES.oak(parameter))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(parameter);
    }

    @Test
    void copy_works_in_a_transaction_after_its_first_statement() throws Exception {
        var connection = tenants.getConnection(OAK);
        assertThat(copied(connection))
                .as("outside a transaction it is nobody's")
                .isEmpty();
        connection.setAutoCommit(false);
        one(connection, "select 1");
        assertThat(copied(connection)).isEqualTo("oak\n");
        connection.commit();
        assertThat(copied(connection)).isEmpty();
    }

    private static String copied(Connection connection) throws Exception {
        var out = new StringWriter();
        connection.unwrap(PGConnection.class).getCopyAPI().copyOut("copy (" + TENANTS + ") to stdout", out);
        return out.toString();
    }

    @Test
    void a_query_whose_columns_have_changed_fails_once() throws SQLException {
        NOTES.asAdmin("create view notes.changing as select 1 as a; grant select on notes.changing to hedgerow_app");
        try (var connection = NOTES.oak("prepareThreshold=1")) {
            assertThat(one(connection, "select * from notes.changing")).isEqualTo("1");
            NOTES.asAdmin("create or replace view notes.changing as select 1 as a, 2 as b");
            assertThatThrownBy(() -> one(connection, "select * from notes.changing"))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("0A000"));
            assertThat(strings(connection, TENANTS)).containsExactly("oak");
        } finally {
            NOTES.asAdmin("drop view notes.changing");
        }
    }

    @Test
    void a_schema_for_the_session_is_refused() throws SQLException {
        var connection = tenants.getConnection(OAK);
        assertThatThrownBy(() -> connection.setSchema("notes")).isInstanceOf(SQLException.class);
    }

    @Test
    void a_closed_connection_is_closed() throws SQLException {
        var connection = tenants.getConnection(OAK);
        var statement = connection.createStatement();
        connection.close();
        connection.close();
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.isValid(1)).isFalse();
        assertThat(statement.isClosed()).isTrue();
        assertThatThrownBy(connection::createStatement).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> statement.executeQuery("select 1")).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connection.prepareStatement("select 1")).isInstanceOf(SQLException.class);
    }

    @Test
    void a_data_source_unwraps_to_the_one_behind_it() throws SQLException {
        assertThat(tenants.isWrapperFor(TenantDataSource.class)).isTrue();
        assertThat(tenants.unwrap(TenantDataSource.class)).isSameAs(tenants);
        assertThat(tenants.forTenant(OAK).unwrap(TenantDataSource.class)).isSameAs(tenants);
        assertThatThrownBy(() -> tenants.getConnection(Logins.APP, "secret"))
                .isInstanceOf(SQLException.class)
                .hasMessageNotContaining("secret");
    }

    private void assertNothingLeft() throws SQLException {
        assertThat(driver.getTransactionState()).isEqualTo(TransactionState.IDLE);
        assertThat(driver.getAutoCommit()).isTrue();
        assertThat(strings(driver, TENANTS)).isEmpty();
        assertThat(one(driver, "select coalesce(current_setting('notes.tenant', true), '')"))
                .isEmpty();
    }
}
