package hedgerow.server.work;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.organization.OrganizationMapper;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.Limits;
import hedgerow.server.pay.Due;
import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The worker runs on a real database, as hedgerow_worker: its work, and the fate of a turn that fails or
/// whose worker dies.
class WorkerTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration TIME = Duration.ofMinutes(1);
    private static final String ACME = "(select id from app.organization where slug = 'acme')";

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Connection admin;
    private HikariDataSource pool;
    private Database unbound;
    private Database bound;

    @BeforeEach
    void connect() throws SQLException {
        admin = DATABASE.admin();
        pool = new HikariDataSource();
        pool.setDataSource(DATABASE.dataSource(Logins.WORKER));
        pool.setMaximumPoolSize(8);
        unbound = Database.over(pool);
        bound = Database.over(TenantDataSource.over(pool, BindCall.plain()));
        execute("delete from app_private.wake; delete from app_private.turn");
    }

    @AfterEach
    void disconnect() throws SQLException {
        pool.close();
        admin.close();
    }

    // --- what it does --------------------------------------------------------------------------------------------

    @Test
    void expired_rows_end_with_their_event() throws SQLException {
        execute("""
            begin;
            select app.bind(%1$s, 'system:test', false);
            insert into app.payment_order (organization_id, livemode, currency, amount_minor, expires_at, created_by)
            values (%1$s, false, 'EUR', 1, now() - interval '1 second', app.actor()),
                   (%1$s, false, 'EUR', 2, now() + interval '1 day', app.actor());
            update app.payment_link set created_at = now() - interval '2 days', expires_at = now() - interval '1 day'
             where organization_id = %1$s and not livemode and token like 'demo-link-5-%%';
            update app.approval set created_at = now() - interval '2 days', expires_at = now() - interval '1 day'
             where organization_id = %1$s and not livemode and status = 'pending';
            update app.invitation set created_at = now() - interval '2 days', expires_at = now() - interval '1 day'
             where organization_id = %1$s and status = 'pending';
            commit
            """.formatted(ACME));
        try (var worker = housekeeping()) {
            assertThat(worker.isAlive()).isTrue();
            Eventually.holds(
                    "everything has ended",
                    PATIENCE,
                    () -> of("""
                        select 1 from app.payment_order where amount_minor = 1 and status <> 'expired'
                        union all select 1 from app.payment_link where token like 'demo-link-5-%%' and not livemode
                                     and organization_id = %1$s and status <> 'expired'
                        union all select 1 from app.approval where organization_id = %1$s and not livemode
                                     and status = 'pending'
                        union all select 1 from app.invitation where organization_id = %1$s and status = 'pending'
                        """.formatted(ACME)).isEmpty());
        }
        assertThat(of("select status from app.payment_order where amount_minor = 2 and organization_id = " + ACME))
                .containsExactly("requires_confirmation");
        assertThat(of("select distinct type from app.outbox_event where type like '%.expired'"))
                .containsExactlyInAnyOrder("payment_order.expired", "payment_link.expired", "approval.expired");
        assertThat(of("select payload ->> 'object' || ' ' || (payload ->> 'status') from app.outbox_event"
                        + " where type = 'payment_order.expired'"))
                .contains("payment_order expired");
        assertThat(of("select 1 from app_private.turn where kind = 'expire' and due_at > now() + interval '1 hour'"
                        + " and lease is null and organization_id = " + ACME))
                .as("the turn of the order that expires tomorrow")
                .hasSize(1);
    }

    @Test
    void keys_that_expired_and_events_of_long_ago_are_removed_and_nothing_else() throws SQLException {
        execute("""
            begin;
            select app.bind(%1$s, 'system:test', false);
            update app.outbox_event set published_at = now() - interval '40 days'
             where organization_id = %1$s and not livemode and published_at is not null;
            insert into app.outbox_event (organization_id, livemode, type, subject_type, subject_id, payload)
            values (%1$s, false, 'x.unpublished', 'x', gen_random_uuid(), '{}');
            update app.idempotency_key set created_at = now() - interval '3 days', expires_at = now() - interval '1 day'
             where organization_id = %1$s and not livemode;
            insert into app.idempotency_key (organization_id, livemode, actor, key, method, path, request_hash)
            values (%1$s, false, 'user:x', 'fresh', 'POST', '/', sha256('x'));
            commit;
            insert into app_private.wake (kind, organization_id, livemode, due_at) values ('retain', %1$s, false, now())
            """.formatted(ACME));
        try (var _ = housekeeping()) {
            Eventually.holds(
                    "the turn comes again tomorrow",
                    PATIENCE,
                    () -> !of("select 1 from app_private.turn where kind = 'retain' and lease is null"
                                    + " and due_at > now() + interval '23 hours'")
                            .isEmpty());
        }
        assertThat(of("select key from app.idempotency_key where not livemode and organization_id = " + ACME))
                .containsExactly("fresh");
        assertThat(of("select count(*) filter (where published_at is null), count(*) filter (where published_at <"
                        + " now() - interval '30 days') from app.outbox_event where not livemode and organization_id = "
                        + ACME))
                .doesNotContain("0");
        assertThat(of("select sequence = (select max(sequence) from app.outbox_event where not livemode"
                        + " and organization_id = " + ACME + ") from app.outbox_event where not livemode"
                        + " and published_at < now() - interval '30 days' and organization_id = " + ACME))
                .as("the newest stays, from which the sequence goes on")
                .containsExactly("t");
        assertThat(of("select 1 from app.outbox_event where livemode limit 1")).isNotEmpty();
    }

    private Worker housekeeping() {
        Map<String, Job> jobs = Map.of(
                "expire",
                new Expiry(bound, new EventWriter(Limits.DEFAULT)),
                "retain",
                new Retention(bound, Duration.ofDays(30), Duration.ofDays(36_500)));
        return Worker.start(unbound, jobs, TIME, metrics, 8);
    }

    // --- turns that go wrong -------------------------------------------------------------------------------------

    @Test
    void a_job_sees_the_tenant_whose_turn_it_is_and_no_other() throws SQLException {
        ring("acme", "globex", "initech");
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        Job look = tenant -> {
            seen.add(slug(tenant));
            return Due.NEVER;
        };
        try (var _ = Worker.start(unbound, Map.of("expire", look), TIME, metrics, 4)) {
            Eventually.holds("all had their turn", PATIENCE, () -> seen.size() >= 3);
        }
        assertThat(seen).containsExactlyInAnyOrder("acme", "globex", "initech");
        assertThat(metrics.timer("hedgerow.worker.turns", "kind", "expire", "outcome", "done")
                        .count())
                .isEqualTo(3);
        assertThat(metrics.timer("hedgerow.worker.turn.age", "kind", "expire").count())
                .isEqualTo(3);
    }

    @Test
    void a_failure_ends_its_turn_and_not_the_worker() throws SQLException {
        ring("acme", "globex");
        var tries = new AtomicInteger();
        Queue<String> done = new ConcurrentLinkedQueue<>();
        Job job = tenant -> {
            var slug = slug(tenant);
            if (slug.equals("acme") && tries.incrementAndGet() < 3) {
                throw new IllegalStateException("on purpose");
            }
            done.add(slug);
            return Due.NEVER;
        };
        try (var worker = Worker.start(unbound, Map.of("expire", job), TIME, metrics, 4)) {
            Eventually.holds("acme was tried again", PATIENCE, () -> done.size() == 2);
            Eventually.holds(
                    "no turn is left",
                    PATIENCE,
                    () -> of("select 1 from app_private.turn").isEmpty());
            assertThat(worker.isAlive()).isTrue();
        }
        assertThat(done).containsExactly("globex", "acme");
    }

    @Test
    void a_deadlock_ends_one_turn_and_both_get_done() throws SQLException {
        ring("acme", "globex");
        execute("create table if not exists public.pair (id integer primary key, n integer);"
                + " insert into public.pair values (1, 0), (2, 0) on conflict (id) do update set n = 0;"
                + " grant select, update on public.pair to hedgerow_worker; grant usage on schema public to"
                + " hedgerow_worker");
        var both = new CountDownLatch(2);
        var done = new AtomicInteger();
        Job job = tenant -> {
            var first = slug(tenant).equals("acme") ? 1 : 2;
            try (var connection = pool.getConnection();
                    var statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("update public.pair set n = n + 1 where id = " + first);
                both.countDown();
                both.await();
                statement.execute("update public.pair set n = n + 1 where id = " + (3 - first));
                connection.commit();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            done.incrementAndGet();
            return Due.NEVER;
        };
        try (var _ = Worker.start(unbound, Map.of("expire", job), TIME, metrics, 4)) {
            Eventually.holds("both are done", PATIENCE, () -> done.get() == 2);
        }
        assertThat(of("select distinct n from public.pair")).containsExactly("2");
        assertThat(metrics.timer("hedgerow.worker.turns", "kind", "expire", "outcome", "failed")
                        .count())
                .isPositive();
    }

    @Test
    void it_goes_on_when_the_database_has_ended_its_sessions() throws SQLException {
        var done = new AtomicInteger();
        Job job = tenant -> {
            done.incrementAndGet();
            return Due.NEVER;
        };
        try (var _ = Worker.start(unbound, Map.of("expire", job), TIME, metrics, 4)) {
            ring("acme");
            Eventually.holds("it works", PATIENCE, () -> done.get() == 1);
            execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'hedgerow_worker'");
            ring("globex");
            Eventually.holds("it works again", PATIENCE, () -> done.get() == 2);
        }
    }

    @Test
    void closing_lets_the_turns_under_way_end_and_takes_no_more() throws Exception {
        ring("acme");
        var begun = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        var done = new AtomicInteger();
        Job job = tenant -> {
            begun.countDown();
            try {
                finish.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            done.incrementAndGet();
            return Due.NEVER;
        };
        var worker = Worker.start(unbound, Map.of("expire", job), TIME, metrics, 4);
        begun.await();
        var closing = Thread.ofPlatform().start(worker::close);
        assertThat(closing.join(Duration.ofMillis(300))).as("it waits").isFalse();
        ring("globex");
        finish.countDown();
        assertThat(closing.join(PATIENCE)).isTrue();
        assertThat(done).hasValue(1);
        assertThat(of("select organization_id from app_private.turn"))
                .as("acme's turn has ended")
                .isEmpty();
        assertThat(of("select 1 from app_private.wake"))
                .as("globex waits for another worker")
                .hasSize(1);
    }

    /// The worker dies during its turn; another worker gets the turn when its time limit is over.
    @Test
    void the_turn_of_a_dead_worker_comes_back() throws SQLException {
        ring("acme");
        assertThat(of("select 1 from app.take_turns(array['expire'], 1, '2 seconds')"))
                .hasSize(1);
        var taken = Instant.now();
        var done = new AtomicInteger();
        Job job = tenant -> {
            done.incrementAndGet();
            return Due.NEVER;
        };
        try (var _ = Worker.start(unbound, Map.of("expire", job), TIME, metrics, 4)) {
            Eventually.holds("it comes back", PATIENCE, () -> done.get() == 1);
        }
        assertThat(Duration.between(taken, Instant.now())).isGreaterThan(Duration.ofSeconds(1));
    }

    /// A turn comes at its time by the clock of the database, whatever that of this machine shows.
    @Test
    void a_pause_is_counted_by_the_clock_of_the_database() throws SQLException {
        ring("acme", "globex", "initech");
        Map<String, Due> answers = Map.of(
                "acme",
                Due.after(Duration.ofHours(1)),
                "globex",
                Due.at(Instant.parse("2100-01-01T00:00:00Z")).or(Due.after(Duration.ofHours(1))),
                "initech",
                Due.at(Instant.parse("2100-01-01T00:00:00Z")).or(Due.NEVER));
        Job job = tenant -> answers.get(slug(tenant));
        try (var _ = Worker.start(unbound, Map.of("expire", job), TIME, metrics, 4)) {
            Eventually.holds(
                    "all had their turn",
                    PATIENCE,
                    () -> of("select 1 from app_private.turn where lease is null")
                                    .size()
                            == 3);
        }
        assertThat(of("select slug || case when due_at = '2100-01-01T00:00:00Z' then ' then' when due_at between now()"
                        + " + interval '55 minutes' and now() + interval '1 hour' then ' in an hour' else"
                        + " due_at::text end from app_private.turn join app.organization on id = organization_id"
                        + " order by slug"))
                .containsExactly("acme in an hour", "globex in an hour", "initech then");
    }

    /// A worker of an older version runs beside a newer one.
    @Test
    void a_kind_that_a_worker_does_not_know_stays_for_one_that_does() throws SQLException {
        execute("insert into app_private.wake (kind, organization_id, livemode, due_at)"
                + " select 'bill', id, false, now() from app.organization where slug = 'acme'");
        ring("globex");
        Queue<String> done = new ConcurrentLinkedQueue<>();
        Job job = tenant -> {
            done.add(slug(tenant));
            return Due.NEVER;
        };
        try (var _ = Worker.start(unbound, Map.of("expire", job), TIME, metrics, 4)) {
            Eventually.holds(
                    "it does what it knows",
                    PATIENCE,
                    () -> of("select 1 from app_private.turn where kind ="
                                    + " 'expire' union all select 1 from app_private.wake")
                            .isEmpty());
        }
        assertThat(done).containsExactly("globex");
        assertThat(of("select kind from app_private.turn where lease is null")).containsExactly("bill");
        assertThat(metrics.find("hedgerow.worker.turns").tag("kind", "bill").timer())
                .as("not even tried")
                .isNull();
        try (var _ = Worker.start(unbound, Map.of("expire", job, "bill", job), TIME, metrics, 4)) {
            Eventually.holds("the other one does the rest", PATIENCE, () -> done.contains("acme"));
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private String slug(TenantKey tenant) {
        return bound.read(on ->
                on.get(OrganizationMapper.class).find(tenant).orElseThrow().slug());
    }

    private void ring(String... slugs) throws SQLException {
        for (var slug : slugs) {
            execute("insert into app_private.wake (kind, organization_id, livemode, due_at)"
                    + " select 'expire', id, false, now() from app.organization where slug = '" + slug + "'");
        }
    }

    private List<String> of(String sql) {
        try {
            return FirstColumn.of(admin, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private void execute(String sql) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }
}
