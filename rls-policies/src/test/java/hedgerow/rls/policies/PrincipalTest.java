package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One fact is stored in two places: who may act, as a row of the tenant and as a principal. Nothing
/// may separate them, not even two transactions that do not see each other.
@Tag("isolation")
class PrincipalTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    /// The entries of either place without an equal in the other.
    private static final String DIFFERENCES = """
        with tenant as (select id, status = 'active' as active from app.organization),
             said (subject, organization_id, role, active, in_tenant) as (
            select 'organization:' || id, id, null, true, active from tenant
            union all
            select 'user:' || m.user_id, m.organization_id, m.role, m.status = 'active', t.active
              from app.membership m join tenant t on t.id = m.organization_id
            union all
            select 'key:' || k.id, k.organization_id, k.role, k.revoked_at is null, t.active
              from app.api_key k join tenant t on t.id = k.organization_id
            union all
            select 'agent:' || a.id, a.organization_id, 'agent', a.status = 'active', t.active
              from app.agent a join tenant t on t.id = a.organization_id
            union all
            select 'invitation:' || i.id, i.organization_id, i.role, i.status = 'pending', t.active
              from app.invitation i join tenant t on t.id = i.organization_id),
             kept as (select subject, organization_id, role, active, tenant_active from app_private.principal)
        (select * from said except select * from kept) union all (select * from kept except select * from said)
        """;

    private static final String HERE = " organization_id = app.organization_id()";

    private static final String ADD_KEY = """
        insert into app.api_key (organization_id, livemode, name, role, prefix, key_hash, created_by)
        select id, false, 'x', 'member', 'hk_test_abcd', sha256(uuid_send(gen_random_uuid())), 'system:test'
          from app.organization where slug = 'acme'\
        """;

    private static final String SUSPEND = "update app.organization set status = 'suspended' where slug = 'acme'";
    private static final String ACTIVATE = "update app.organization set status = 'active' where slug = 'acme'";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Connection adding;
    private Connection suspending;

    @BeforeEach
    void connect() throws SQLException {
        adding = DATABASE.admin();
        suspending = DATABASE.admin();
    }

    @AfterEach
    void restore() throws SQLException {
        adding.close();
        suspending.close();
        try (var admin = DATABASE.admin()) {
            begin(admin, "read committed");
            execute(admin, ACTIVATE);
            admin.commit();
            assertThat(FirstColumn.of(admin, DIFFERENCES)).isEmpty();
        }
    }

    @Test
    void who_may_act_is_the_same_in_both_places() throws SQLException {
        assertThat(FirstColumn.of(adding, "select count(*) from app_private.principal"))
                .isNotEqualTo(List.of("0"));
        assertThat(FirstColumn.of(adding, DIFFERENCES)).isEmpty();
        for (var change : List.of(
                SUSPEND,
                ADD_KEY,
                "update app.membership set role = 'viewer' where role = 'member' and" + HERE,
                "update app.agent set status = 'paused' where status = 'active' and" + HERE,
                "delete from app.invitation where accepted_at is null and" + HERE,
                ACTIVATE,
                "update app.api_key set revoked_at = now() where name = 'x' and" + HERE)) {
            begin(adding, "read committed");
            execute(adding, change);
            adding.commit();
            assertThat(FirstColumn.of(adding, DIFFERENCES)).as(change).isEmpty();
        }
    }

    @Test
    void a_principal_added_during_a_suspension_waits_for_it() throws Exception {
        begin(suspending, "read committed");
        execute(suspending, SUSPEND);
        var added = meanwhile(adding, ADD_KEY);
        suspending.commit();
        added.join();
        assertNoProgramActs();
    }

    @Test
    void a_suspension_waits_for_a_principal_that_is_being_added() throws Exception {
        begin(adding, "read committed");
        execute(adding, ADD_KEY);
        var suspended = meanwhile(suspending, SUSPEND);
        adding.commit();
        suspended.join();
        assertNoProgramActs();
    }

    @ParameterizedTest
    @ValueSource(strings = {"repeatable read", "serializable"})
    void the_second_of_two_unaware_transactions_fails(String isolation) throws SQLException {
        begin(adding, isolation);
        execute(adding, "select 1");
        begin(suspending, isolation);
        execute(suspending, SUSPEND);
        suspending.commit();
        assertNotSerializable(adding, ADD_KEY);
        begin(suspending, isolation);
        execute(suspending, ACTIVATE);
        suspending.commit();

        begin(suspending, isolation);
        execute(suspending, "select 1");
        begin(adding, isolation);
        execute(adding, ADD_KEY);
        adding.commit();
        assertNotSerializable(suspending, SUSPEND);
    }

    private static void assertNotSerializable(Connection connection, String sql) throws SQLException {
        assertThatThrownBy(() -> execute(connection, sql))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("40001"));
        connection.rollback();
    }

    private void assertNoProgramActs() throws SQLException {
        assertThat(FirstColumn.of(adding, """
            select subject from app_private.principal p join app.organization o on o.id = p.organization_id
             where o.slug = 'acme' and p.kind <> 'user' and p.acts_as is not null\
            """)).isEmpty();
    }

    /// Runs a statement in a transaction of its own, which waits for another when this returns.
    private static CompletableFuture<Void> meanwhile(Connection connection, String sql) throws Exception {
        begin(connection, "read committed");
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

    private static void begin(Connection connection, String isolation) throws SQLException {
        connection.setAutoCommit(false);
        execute(connection, "set transaction isolation level " + isolation);
        execute(connection, "select app.bind(id, 'system:test', false) from app.organization where slug = 'acme'");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
