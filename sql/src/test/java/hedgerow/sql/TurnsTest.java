package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The order of turns: the cost of an empty poll, who queues behind whom, and the fate of a turn whose
/// worker dies.
class TurnsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final Pattern BUFFERS = Pattern.compile("\"Shared (?:Hit|Read) Blocks\": (\\d+)");
    private static final String ASLEEP = """
        insert into app_private.turn (kind, organization_id, livemode, due_at)
        select 'publish', gen_random_uuid(), false, now() + i * interval '1 hour' from generate_series(1, %d) i
        """;

    private static final int POLLS = 1_000;

    private Connection admin;
    private Connection worker;

    @BeforeEach
    void connect() throws SQLException {
        admin = DATABASE.admin();
        worker = DATABASE.worker();
        execute(admin, "delete from app_private.turn");
        execute(admin, "delete from app_private.wake");
    }

    @AfterEach
    void disconnect() throws SQLException {
        admin.close();
        worker.close();
    }

    /// The poll looks into the index once for each kind; a hundred times the tenants increase the height of
    /// the index by one.
    @Test
    void an_empty_poll_reads_a_few_blocks_however_many_tenants_are_asleep() throws SQLException {
        assertThat(emptyPoll(100)).isLessThanOrEqualTo(16);
        assertThat(emptyPoll(100_000)).isLessThanOrEqualTo(16);
        try (var copy = DATABASE.copy();
                var other = copy.admin()) {
            execute(
                    other,
                    PaymentControls.mistaken("app.take_turns", "t.due_at <= moment", "t.due_at <= clock_timestamp()"));
            assertThat(emptyPoll(other, other, 10_000))
                    .as("by a time that is no index condition")
                    .isGreaterThan(50);
        }
    }

    /// The polls alternate, so that other work on this machine delays both alike.
    @Test
    void an_empty_poll_takes_at_most_twice_as_long_with_a_thousand_times_the_tenants() throws SQLException {
        assertThat(timesAsLong("select 1")).isLessThan(2);
        assertThat(timesAsLong("alter function app.take_turns(text[], integer, interval) reset plan_cache_mode"))
                .as("planned anew each time")
                .isGreaterThan(1.5);
    }

    /// The time of a poll with 100,000 idle tenants by that with 100: the quartile of the fastest.
    private double timesAsLong(String change) throws SQLException {
        try (var few = DATABASE.copy();
                var many = DATABASE.copy();
                var ofFew = poll(few, change, 100);
                var ofMany = poll(many, change, 100_000)) {
            var times = new long[2][POLLS];
            for (var i = 0; i < POLLS; i++) {
                times[0][i] = nanos(ofFew);
                times[1][i] = nanos(ofMany);
            }
            Arrays.sort(times[0]);
            Arrays.sort(times[1]);
            return 1.0 * times[1][POLLS / 4] / times[0][POLLS / 4];
        }
    }

    private static PreparedStatement poll(HedgerowDatabase database, String change, int tenants) throws SQLException {
        try (var owner = database.admin()) {
            execute(owner, change);
            execute(owner, "truncate app_private.turn; " + ASLEEP.formatted(tenants));
            execute(owner, "vacuum analyze app_private.turn");
        }
        var poll = database.worker()
                .prepareStatement("select * from app.take_turns(array['publish', 'deliver',"
                        + " 'expire', 'retain', 'execute', 'receive', 'bill'], 8, '1 minute')");
        for (var i = 0; i < 20; i++) {
            nanos(poll);
        }
        return poll;
    }

    private static long nanos(PreparedStatement poll) throws SQLException {
        var begun = System.nanoTime();
        poll.executeQuery().close();
        return System.nanoTime() - begun;
    }

    /// Turns that are due are found by an index, however many are not.
    @Test
    void taking_a_few_of_many_turns_reads_few_blocks() throws SQLException {
        assertThat(blocksOfTaking(admin, worker)).isLessThan(200);
        try (var copy = DATABASE.copy();
                var owner = copy.admin();
                var taker = copy.worker()) {
            execute(owner, "alter function app.take_turns(text[], integer, interval) reset enable_hashjoin");
            assertThat(blocksOfTaking(owner, taker)).isGreaterThan(500);
        }
    }

    private static int blocksOfTaking(Connection admin, Connection worker) throws SQLException {
        execute(admin, "truncate app_private.turn; " + ASLEEP.formatted(100_000));
        execute(admin, "vacuum analyze app_private.turn");
        var poll = "select * from app.take_turns(array['publish', 'deliver'], 8, '1 minute')";
        FirstColumn.of(worker, poll); // reads the catalog
        execute(
                admin,
                "update app_private.turn set due_at = now() - interval '1 minute' where ctid in (select ctid from"
                        + " app_private.turn limit 5)");
        return blocks(worker, poll);
    }

    private int emptyPoll(int tenants) throws SQLException {
        return emptyPoll(admin, worker, tenants);
    }

    /// The number of blocks that the poll touches, whether or not they are in memory.
    private static int emptyPoll(Connection admin, Connection worker, int tenants) throws SQLException {
        execute(admin, "truncate app_private.turn; " + ASLEEP.formatted(tenants) + "; analyze app_private.turn");
        var poll = "select * from app.take_turns(array['publish', 'deliver', 'expire', 'retain'], 8, '1 minute')";
        FirstColumn.of(worker, poll); // turns the wakes into turns, and reads the catalog
        return blocks(worker, poll);
    }

    private static int blocks(Connection worker, String poll) throws SQLException {
        var plan = String.join(
                "\n", FirstColumn.of(worker, "explain (analyze, buffers, timing off, format json) " + poll));
        var blocks = BUFFERS.matcher(plan);
        var most = 0;
        while (blocks.find()) {
            most = Math.max(most, Integer.parseInt(blocks.group(1)));
        }
        return most;
    }

    @Test
    void a_tenant_with_much_work_queues_behind_all_others() throws SQLException {
        var big = "00000000-0000-7000-8000-00000000beef";
        execute(
                admin,
                "insert into app_private.turn (kind, organization_id, livemode, due_at) values ('publish', '" + big
                        + "', false, now() - interval '1 day')");
        execute(
                admin,
                "insert into app_private.turn (kind, organization_id, livemode, due_at) select 'publish',"
                        + " gen_random_uuid(), false, now() - interval '1 minute' from generate_series(1, 99)");
        var served = new ArrayList<String>();
        while (served.stream().filter(tenant -> !tenant.equals(big)).count() < 99) {
            var turn = take("1 minute");
            served.add(turn.tenant);
            end(turn, turn.tenant.equals(big) ? "'epoch'" : "null");
        }
        assertThat(served).filteredOn(big::equals).hasSize(1);
        assertThat(take("1 minute").tenant).isEqualTo(big);
    }

    @Test
    void a_kind_with_much_to_do_does_not_delay_another() throws SQLException {
        execute(
                admin,
                "insert into app_private.turn (kind, organization_id, livemode, due_at) select 'publish',"
                        + " gen_random_uuid(), false, now() - interval '1 day' from generate_series(1, 50)");
        execute(
                admin,
                "insert into app_private.turn (kind, organization_id, livemode, due_at)"
                        + " values ('expire', gen_random_uuid(), false, now())");
        assertThat(FirstColumn.of(worker, "select kind from app.take_turns(array['publish', 'expire'], 5, '1 minute')"))
                .hasSize(6)
                .contains("expire");
    }

    @Test
    void a_turn_is_given_to_one_worker_until_its_time_is_over() throws SQLException {
        ring("now()");
        var lost = take("1 minute");
        assertThat(poll()).isEmpty();
        execute(admin, "update app_private.turn set due_at = now()");
        var given = take("1 minute");
        assertThat(given.tenant).isEqualTo(lost.tenant);
        assertThat(end(lost, "null"))
                .as("whoever lost the turn does not end it")
                .isFalse();
        assertThat(end(given, "null")).isTrue();
        assertThat(poll()).isEmpty();
    }

    @Test
    void work_for_later_is_due_later_and_work_for_now_comes_first() throws SQLException {
        ring("now() + interval '1 hour'");
        assertThat(poll()).isEmpty();
        ring("now()");
        assertThat(poll()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"app_private.turn", "app_private.wake"})
    void the_worker_reads_neither_table(String table) {
        assertThatThrownBy(() -> execute(worker, "select * from " + table))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.take_turns(array['publish'], 1, '1 minute')",
                "app.end_turn('publish', null, false, null, 1, null)",
                "app.forget_sign_ins(1)"
            })
    void the_application_takes_no_turns(String call) throws SQLException {
        try (var app = DATABASE.app()) {
            assertThatThrownBy(() -> execute(app, "select * from " + call))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
        }
    }

    /// Keeps anyone from learning of another tenant during a turn.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "app.take_turns(array['publish'], 1, '1 minute')",
                "app.end_turn('publish', null, false, null, 1, null)"
            })
    void a_session_that_is_bound_to_a_tenant_takes_no_turns_and_ends_none(String call) throws SQLException {
        worker.setAutoCommit(false);
        execute(worker, "select * from " + call);
        execute(admin, "grant execute on function set_config(text, text, boolean) to hedgerow_worker");
        execute(worker, "select set_config('app.organization_id', '00000000-0000-7000-8000-0000000000aa', true)");
        assertThatThrownBy(() -> execute(worker, "select * from " + call))
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28000"));
        execute(admin, "revoke execute on function set_config(text, text, boolean) from hedgerow_worker");
    }

    @Test
    void sign_ins_that_ended_are_forgotten_and_others_are_not() throws SQLException {
        execute(admin, """
            insert into app.app_user (id, display_name) values ('00000000-0000-7000-8000-00000000feed', 'X');
            insert into app.auth_nonce (nonce_hash, purpose, domain, issued_at, expires_at)
            select sha256(i::text::bytea), 'sign_in', 'x', now() - interval '2 days', now() + i * interval '1 minute'
              from generate_series(-1, 1, 2) i;
            insert into app.auth_session (token_hash, user_id, method, created_at, expires_at)
            select sha256(i::text::bytea), '00000000-0000-7000-8000-00000000feed', 'wallet',
                   now() - interval '1 year', now() - i * interval '20 days' from generate_series(-1, 2) i;
            insert into app.auth_nonce (nonce_hash, purpose, domain, issued_at, expires_at, consumed_at)
            select sha256('used'), purpose, domain, issued_at, expires_at, issued_at
              from app.auth_nonce where expires_at < now();
            insert into app.auth_session (token_hash, user_id, method, created_at, expires_at, revoked_at)
            select sha256('revoked'), user_id, method, created_at, expires_at, created_at
              from app.auth_session where expires_at < now() - interval '30 days'
            """);
        assertThat(FirstColumn.of(worker, "select app.forget_sign_ins(100)")).containsExactly("4");
        assertThat(FirstColumn.of(
                        admin,
                        "select count(*) from app.auth_nonce union all select count(*)" + " from app.auth_session"))
                .containsExactly("1", "3");
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private record Turn(String tenant, String lease, String rung) {}

    private void ring(String due) throws SQLException {
        execute(
                admin,
                "insert into app_private.wake (kind, organization_id, livemode, due_at) values ('publish',"
                        + " '00000000-0000-7000-8000-0000000000aa', false, " + due + ")");
    }

    private List<String> poll() throws SQLException {
        return FirstColumn.of(
                worker,
                "select concat_ws(' ', organization_id, lease, rung) from app.take_turns(array['publish', 'deliver',"
                        + " 'expire', 'retain'], 8, '1 minute')");
    }

    private Turn take(String time) throws SQLException {
        var taken = FirstColumn.of(
                        worker,
                        "select concat_ws(' ', organization_id, lease, rung) from app.take_turns(array['publish'], 1, '"
                                + time + "')")
                .getFirst()
                .split(" ");
        return new Turn(taken[0], taken[1], taken[2]);
    }

    private boolean end(Turn turn, String next) throws SQLException {
        return FirstColumn.of(
                        worker,
                        "select app.end_turn('publish', '%s', false, '%s', %s, %s)"
                                .formatted(turn.tenant, turn.lease, turn.rung, next))
                .getFirst()
                .equals("t");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
