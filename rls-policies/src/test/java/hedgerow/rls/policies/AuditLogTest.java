package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.NamedTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every change is recorded with its author, and nobody can undo that unnoticed.
class AuditLogTest {

    private static final String NEW_CUSTOMER =
            "insert into app.customer (organization_id, livemode, name) values (app.organization_id(), false,"
                    + " 'Mallory')";

    private static final Pattern AUDIT_TABLE = Pattern.compile(" on (audit_\\w+)");

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private HedgerowDatabase copy;
    private Connection admin;
    private Connection app;
    private NamedTenant acme;
    private String member;

    @BeforeEach
    void open() throws SQLException {
        copy = DATABASE.copy();
        admin = copy.admin();
        app = copy.app();
        Rows rows = new Rows(admin);
        acme = rows.tenant("acme");
        member = rows.actor(acme, "member");
    }

    @AfterEach
    void close() throws SQLException {
        app.close();
        admin.close();
        copy.close();
    }

    @Test
    void demo_data_has_a_whole_log_for_every_tenant() throws SQLException {
        assertThat(verdicts()).hasSize(3).containsOnly("");
    }

    @Test
    void a_change_names_its_actor_and_the_values_before_and_after() throws SQLException {
        commit(app, member, NEW_CUSTOMER);
        commit(app, member, "update app.customer set name = 'Malory' where name = 'Mallory'");
        assertThat(one("select actor || ' ' || action || ' ' || old_values::text || ' ' || new_values::text"
                        + " from app.audit_log where new_values ->> 'name' = 'Malory'"))
                .isEqualTo(member + " update {\"name\": \"Mallory\"} {\"name\": \"Malory\"}");
        assertThat(verdicts()).containsOnly("");
    }

    @Test
    void an_update_that_changes_nothing_leaves_no_entry() throws SQLException {
        String before = one("select count(*) from app.audit_log");
        commit(app, member, "update app.customer set name = name where name = 'Customer 1'");
        assertThat(one("select count(*) from app.audit_log")).isEqualTo(before);
    }

    @Test
    void an_event_is_logged_without_the_row_that_the_log_has_already() throws SQLException {
        String events = "select count(*) > 0 from app.audit_log where table_name = 'outbox_event'";
        assertThat(one(events + " and new_values ->> 'type' is not null")).isEqualTo("t");
        assertThat(one(events + " and new_values ->> 'payload' is not null")).isEqualTo("f");
    }

    @Test
    void secrets_are_redacted() throws SQLException {
        assertThat(one("select count(*) from app.audit_log where new_values ->> 'key_hash' <> '[redacted]'"
                        + " or new_values ->> 'ciphertext' <> '[redacted]'"
                        + " or new_values ->> 'secret_ciphertext' <> '[redacted]'"
                        + " or new_values ->> 'token_hash' <> '[redacted]'"
                        + " or new_values ->> 'provider_token' <> '[redacted]'"))
                .isEqualTo("0");
        assertThat(one("select count(*) > 0 from app.audit_log where new_values ->> 'key_hash' = '[redacted]'"))
                .isEqualTo("t");
    }

    // --- what is old goes, and the chain stays ---------------------------------------------------------------------

    private static final String TRIM = "select app.trim_audit_log(now() - interval '100 days')";

    /// Moves all changes but the last into the past.
    private void age() throws SQLException {
        commit(app, member, NEW_CUSTOMER);
        new Rows(admin)
                .execute("set session_replication_role = replica; update app.audit_block b"
                        + " set created_at = now() - interval '1 year' where b.number < (select blocks from"
                        + " app_private.audit_head h where h.organization_id = b.organization_id);"
                        + " reset session_replication_role");
    }

    @Test
    void what_is_older_than_its_time_goes_and_the_chain_is_still_whole() throws SQLException {
        age();
        String before = one("select string_agg(v::text, ' ' order by organization_id) from app.verify_audit_log() v");
        String acmes = " where organization_id = '" + acme.id() + "'";
        try (Connection worker = copy.worker()) {
            commit(worker, "system:worker", TRIM);
        }
        assertThat(one("select count(*) from app.audit_block" + acmes)).isEqualTo("1");
        assertThat(one("select count(*) from app.audit_log" + acmes)).isEqualTo("1");
        assertThat(one("select string_agg(v::text, ' ' order by organization_id) from app.verify_audit_log() v"))
                .as("the same blocks, entries and heads")
                .isEqualTo(before);
        commit(app, member, NEW_CUSTOMER);
        assertThat(verdicts()).containsOnly("");
        new Rows(admin)
                .execute("set session_replication_role = replica; delete from app.audit_block" + acmes
                        + " and number = (select blocks from app_private.audit_head" + acmes
                        + "); reset session_replication_role");
        assertThat(verdicts()).anyMatch(problem -> problem.startsWith("the chain has "));
    }

    @Test
    void nothing_goes_that_was_changed_or_comes_after_it() throws SQLException {
        age();
        new Rows(admin)
                .execute("set session_replication_role = replica; update app.audit_log e set actor = 'x' from"
                        + " app.audit_block b where b.number = 2 and b.id = e.block_id; reset"
                        + " session_replication_role");
        try (Connection worker = copy.worker()) {
            commit(worker, "system:worker", TRIM);
            commit(worker, "system:worker", TRIM);
        }
        assertThat(one("select number from app_private.audit_checkpoint")).isEqualTo("1");
        assertThat(verdicts()).anyMatch(problem -> problem.startsWith("an entry of block 2 was changed"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from app.audit_log where block_id in (select id from app.audit_block where number > 1)",
                "delete from app.audit_block where number = 1",
                "update app_private.audit_checkpoint set number = number - 1",
                "update app_private.audit_checkpoint set hash = sha256('')",
                "delete from app_private.audit_checkpoint",
                "update app.audit_log set actor = 'x'"
            })
    void not_even_a_superuser_removes_what_no_checkpoint_stands_for(String sql) throws SQLException {
        new Rows(admin)
                .execute("insert into app_private.audit_checkpoint (organization_id, number, entries, hash)"
                        + " select organization_id, number, entries, hash from app.audit_block where number = 1");
        assertThat(new Rows(admin).attempt(sql).denied()).as(sql).isTrue();
    }

    @Test
    void only_the_worker_trims_and_nothing_that_is_young() throws SQLException {
        assertThat(new Rows(app).attempt(TRIM).denied()).isTrue();
        try (Connection worker = copy.worker()) {
            assertThat(new Rows(worker).attempt(TRIM).denied()).as("unbound").isTrue();
            commit(
                    worker,
                    "system:worker",
                    "do $$ begin perform app.trim_audit_log(now() - interval '29 days');"
                            + " raise exception 'it did'; exception when invalid_parameter_value then null; end $$");
        }
    }

    @Test
    void a_change_without_a_session_is_refused_even_for_a_superuser() throws SQLException {
        assertThat(new Rows(admin).attempt("update app.customer set name = 'x'").denied())
                .isTrue();
    }

    @Test
    void a_transaction_that_went_on_to_another_tenant_still_closes_its_blocks() throws SQLException {
        NamedTenant globex = new Rows(admin).tenant("globex");
        commit(
                admin,
                "system:test",
                NEW_CUSTOMER + "; select app.bind('" + globex.id() + "', 'system:test', false);" + NEW_CUSTOMER);
        assertThat(verdicts()).containsOnly("");
    }

    @Test
    void entries_that_come_after_the_block_was_closed_early_are_chained_too() throws SQLException {
        commit(app, member, NEW_CUSTOMER + "; set constraints all immediate;" + NEW_CUSTOMER);
        assertThat(verdicts()).containsOnly("");
    }

    @Test
    void entries_are_chained_when_each_is_closed_at_once() throws SQLException {
        commit(app, member, "set constraints all immediate;" + NEW_CUSTOMER + ";" + NEW_CUSTOMER + ";" + NEW_CUSTOMER);
        assertThat(verdicts()).containsOnly("");
    }

    /// The variable names the part of the transaction's block.
    @ParameterizedTest
    @ValueSource(strings = {"", "0", "7", "999", "4096", "-1", "x", "999999999999"})
    void no_value_of_the_variable_adds_an_entry_to_a_closed_block(String part) throws SQLException {
        String spoofed = NEW_CUSTOMER + "; set constraints all immediate; set local app.audit_part = '" + part + "';"
                + NEW_CUSTOMER;
        try {
            commit(app, member, spoofed);
        } catch (SQLException refused) {
            assertThat(refused.getSQLState()).isIn("55000", "23505");
        }
        assertThat(verdicts()).containsOnly("");
    }

    @Test
    void entries_of_the_present_transaction_need_no_block_yet() throws SQLException {
        Rows rows = new Rows(admin);
        try (Session session = Session.bound(app, acme, rows.actor(acme, "admin"), false)) {
            session.run("savepoint s");
            session.run(NEW_CUSTOMER);
            assertThat(session.run("select 1 from app.verify_audit_log() where intact")
                            .rows())
                    .isEqualTo(1);
        }
    }

    /// An entry needs the entry, its digest, the end of the chain and the block: no look-up, no check of a
    /// key.
    @Test
    void an_entry_costs_four_statements() throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute("load 'auto_explain'; set auto_explain.log_min_duration = 0;"
                    + " set auto_explain.log_nested_statements = on; set auto_explain.log_level = notice");
            statement.execute("begin; select app.bind('%s', 'system:test', false); %s; set constraints all immediate"
                    .formatted(acme.id(), NEW_CUSTOMER));
            var plans = new ArrayList<String>();
            for (var warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                plans.add(warning.getMessage());
            }
            assertThat(plans)
                    .filteredOn(plan -> AUDIT_TABLE.matcher(plan).find())
                    .extracting(plan -> AUDIT_TABLE
                            .matcher(plan)
                            .results()
                            .map(table -> table.group(1))
                            .findFirst()
                            .orElseThrow())
                    .containsExactly("audit_log", "audit_log", "audit_head", "audit_block");
            statement.execute("rollback");
        }
    }

    /// The session keeps its plans, and the planner its statistics, from when there were few blocks.
    @ParameterizedTest
    @ValueSource(strings = {"", "analyze app.audit_log, app.audit_block, app_private.audit_head"})
    void a_change_reads_as_much_with_many_blocks_as_with_few(String statistics) throws SQLException {
        execute(admin, statistics);
        for (var i = 0; i < 8; i++) {
            commit(app, member, NEW_CUSTOMER);
        }
        var few = touchedByAChange();
        assertThat(few).isPositive();
        execute(admin, """
            set session_replication_role = replica;
            insert into app.audit_block (organization_id, id, number, entries, previous_hash, hash)
            select '%1$s', gen_random_uuid(), 1000 + n, 1, sha256(''), sha256('') from generate_series(1, 6000) n;
            insert into app.audit_log (organization_id, block_id, actor, action, table_name, row_id)
            select '%1$s', id, 'system:test', 'insert', 'customer', 'x' from app.audit_block where number > 1000;
            set session_replication_role = origin
            """.formatted(acme.id()));
        assertThat(touchedByAChange()).isLessThanOrEqualTo(few + 15);
        app.close();
        app = copy.app();
        commit(app, member, NEW_CUSTOMER);
        assertThat(touchedByAChange()).as("in a new session").isLessThanOrEqualTo(few + 15);
    }

    private int touchedByAChange() throws SQLException {
        int before = touched();
        commit(app, member, NEW_CUSTOMER);
        return touched() - before;
    }

    /// The pages of the audit tables and their indexes that have been touched so far.
    private int touched() throws SQLException {
        for (var session : List.of(app, admin)) {
            execute(session, "select pg_stat_force_next_flush()"); // a transaction of its own: it flushes at the end
        }
        return Integer.parseInt(one("""
            select sum(coalesce(heap_blks_hit, 0) + coalesce(heap_blks_read, 0) + coalesce(idx_blks_hit, 0)
                       + coalesce(idx_blks_read, 0))
              from pg_statio_all_tables where relname like 'audit%'
            """));
    }

    @Test
    void a_rolled_back_savepoint_leaves_no_trace() throws SQLException {
        commit(app, member, "savepoint s;" + NEW_CUSTOMER + "; rollback to s; " + NEW_CUSTOMER);
        assertThat(verdicts()).containsOnly("");
    }

    @Test
    void writers_of_one_tenant_do_not_deadlock_and_keep_the_chain_whole() throws Exception {
        int writers = 6;
        try (var threads = Executors.newFixedThreadPool(writers)) {
            List<Callable<Void>> jobs = java.util.stream.IntStream.range(0, writers)
                    .<Callable<Void>>mapToObj(n -> () -> {
                        try (Connection own = copy.app()) {
                            for (int i = 0; i < 20; i++) {
                                commit(own, member, NEW_CUSTOMER);
                            }
                        }
                        return null;
                    })
                    .toList();
            for (var done : threads.invokeAll(jobs)) {
                done.get();
            }
        }
        assertThat(verdicts()).containsOnly("");
        assertThat(one("select count(*) from app.customer where name = 'Mallory'"))
                .isEqualTo("120");
    }

    @ParameterizedTest
    @FieldSource
    void tampering_by_a_superuser_is_noticed(String what, String sql) throws SQLException {
        new Rows(admin).disableTriggers("all");
        new Rows(admin).execute(sql);
        assertThat(verdicts()).as(what).anyMatch(problem -> !problem.isEmpty());
    }

    private static final String FIRST = " where (organization_id, id) ="
            + " (select organization_id, id from app.audit_log order by organization_id, id limit 1)";

    @SuppressWarnings("unused") // used by the test of the same name
    private static final List<Arguments> tampering_by_a_superuser_is_noticed = List.of(
            arguments("an entry edited", "update app.audit_log set actor = 'user:nobody'" + FIRST),
            arguments("a value edited", "update app.audit_log set new_values = '{}'" + FIRST),
            arguments(
                    "a time edited", "update app.audit_log set created_at = created_at - interval '1 second'" + FIRST),
            arguments("an entry deleted", "delete from app.audit_log" + FIRST),
            arguments("two entries swapped", """
                with pair as (select organization_id, id, lead(id) over w as next, new_values as mine,
                                     lead(new_values) over w as theirs
                                from app.audit_log window w as (order by organization_id, id) limit 1)
                update app.audit_log e set new_values = case e.id when pair.id then theirs else mine end
                  from pair where e.organization_id = pair.organization_id and e.id in (pair.id, pair.next)
                """),
            arguments(
                    "an entry moved to another block",
                    "update app.audit_log e set block_id = (select b.id from app.audit_block b"
                            + " where b.organization_id = e.organization_id and b.id <> e.block_id limit 1)" + FIRST),
            arguments(
                    "the last block cut off",
                    "delete from app.audit_log where block_id in (select id from app.audit_block where number = 2);"
                            + "delete from app.audit_block where number = 2"),
            arguments("an entry added under no block", """
                insert into app.audit_log (organization_id, block_id, actor, action, table_name, row_id)
                select organization_id, gen_random_uuid(), 'system:x', 'insert', 'customer', 'x'
                  from app.audit_block limit 1
                """),
            arguments("a block renumbered", "update app.audit_block set number = 7 where number = 2"),
            arguments("everything truncated", "truncate app.audit_log, app.audit_block"),
            arguments(
                    "the head gone too",
                    "truncate app.audit_log, app.audit_block; delete from app_private.audit_head"));

    @ParameterizedTest
    @CsvSource({
        "update app.audit_log set actor = 'x'",
        "delete from app.audit_log",
        "truncate app.audit_log",
        "truncate app.audit_block cascade",
        "delete from app.audit_block",
        "update app.audit_block set entries = entries + 1"
    })
    void the_log_is_append_only_even_for_a_superuser(String sql) throws SQLException {
        assertThat(new Rows(admin).attempt(sql).denied()).isTrue();
    }

    @Test
    void only_owners_and_admins_of_the_tenant_verify_it() throws SQLException {
        Rows rows = new Rows(admin);
        try (Session session = Session.bound(app, acme, rows.actor(acme, "admin"), false)) {
            assertThat(session.run("select blocks from app.verify_audit_log() where intact")
                            .rows())
                    .isPositive();
        }
        try (Session session = Session.bound(app, acme, rows.actor(acme, "viewer"), false)) {
            assertThat(session.run("select * from app.verify_audit_log()").denied())
                    .isTrue();
        }
        try (Session session = Session.unbound(app)) {
            assertThat(session.run("select * from app.verify_audit_log()").sqlState())
                    .isEqualTo("28000");
        }
    }

    private void commit(Connection login, String actor, String sql) throws SQLException {
        login.setAutoCommit(false);
        try (var statement = login.createStatement()) {
            statement.execute("select app.bind('%s', '%s', false)".formatted(acme.id(), actor));
            statement.execute(sql);
            login.commit();
        } finally {
            login.setAutoCommit(true);
        }
    }

    /// One line per tenant: the problem that verification found, or nothing.
    private List<String> verdicts() throws SQLException {
        return new Rows(admin).strings("select coalesce(problem, '') from app.verify_audit_log()");
    }

    private String one(String sql) throws SQLException {
        return new Rows(admin).strings(sql).getFirst();
    }

    private static void execute(Connection login, String sql) throws SQLException {
        try (var statement = login.createStatement()) {
            statement.execute(sql);
        }
    }
}
