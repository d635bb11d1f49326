package hedgerow.server.bill;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.Limits;
import hedgerow.server.pay.Calendar;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Subscriptions are billed by a clock of the test, whatever crashes.
class BillingTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata");

    private HedgerowDatabase database;
    private HikariDataSource pool;
    private Billing billing;
    private TenantKey tenant;

    @BeforeEach
    void open() {
        database = DATABASE.copy();
        pool = new HikariDataSource();
        pool.setDataSource(database.dataSource(Logins.WORKER));
        pool.setMaximumPoolSize(4);
        billing = new Billing(
                Database.over(TenantDataSource.over(pool, BindCall.plain())), new EventWriter(Limits.DEFAULT));
        tenant = new TenantKey(UUID.fromString(one("select id from app.organization where slug = 'acme'")), false);
    }

    @AfterEach
    void close() {
        pool.close();
        database.close();
    }

    // --- a course of its own -------------------------------------------------------------------------------------

    @Test
    void a_year_from_31_january_has_twelve_orders_on_last_days() {
        var subscription = subscription("2036-01-31T10:00:00Z", "UTC", "active", "2036-01-31T10:00:00Z");
        advance(subscription, "2037-01-30T00:00:00Z");
        work();
        assertThat(column(
                        "select ended_at at time zone 'UTC' from app.subscription_period where subscription_id = '%s'"
                                + " order by number",
                        subscription))
                .extracting(text -> text.substring(0, 10))
                .containsExactly(
                        "2036-02-29",
                        "2036-03-31",
                        "2036-04-30",
                        "2036-05-31",
                        "2036-06-30",
                        "2036-07-31",
                        "2036-08-31",
                        "2036-09-30",
                        "2036-10-31",
                        "2036-11-30",
                        "2036-12-31",
                        "2037-01-31");
        assertThat(column("select amount_minor from app.payment_order where subscription_id = '%s'", subscription))
                .hasSize(12)
                .containsOnly("2000");
        assertSound();
        assertThat(one("select status from app.test_clock where name = 'of " + subscription + "'"))
                .isEqualTo("ready");
    }

    @Test
    void a_trial_costs_nothing_and_the_first_paid_period_begins_with_its_end() {
        var subscription = subscription("2036-01-15T00:00:00Z", "UTC", "trialing", "2036-01-01T00:00:00Z");
        work();
        assertThat(kinds(subscription)).containsExactly("trial");
        assertThat(orders(subscription)).isEqualTo("0");
        advance(subscription, "2036-01-15T00:00:00Z");
        work();
        assertThat(kinds(subscription)).containsExactly("trial", "paid");
        assertThat(orders(subscription)).isEqualTo("1");
        assertThat(status(subscription)).isEqualTo("active");
        assertSound();
    }

    @Test
    void what_is_canceled_at_the_end_of_its_period_gets_no_further_one() {
        var subscription = subscription("2036-01-01T00:00:00Z", "UTC", "active", "2036-01-01T00:00:00Z");
        work();
        tenant("update app.subscription set cancel_at_period_end = true where id = '%s'", subscription);
        advance(subscription, "2036-06-01T00:00:00Z");
        work();
        assertThat(kinds(subscription)).containsExactly("paid");
        assertThat(status(subscription)).isEqualTo("canceled");
        assertThat(one("select canceled_at = '2036-02-01T00:00:00Z' from app.subscription where id = '%s'"
                        .formatted(subscription)))
                .isEqualTo("t");
    }

    @Test
    void nothing_is_billed_while_it_is_paused_and_the_pause_is_a_period_of_its_own() {
        var subscription = subscription("2036-01-01T00:00:00Z", "UTC", "active", "2036-01-01T00:00:00Z");
        work();
        tenant("update app.subscription set status = 'paused' where id = '%s'", subscription);
        advance(subscription, "2036-05-10T00:00:00Z");
        work();
        assertThat(kinds(subscription)).containsExactly("paid");
        tenant(
                "update app.subscription set status = 'active', anchor_at = '2036-05-10T00:00:00Z', anchor_count = 0"
                        + " where id = '%s'",
                subscription);
        work();
        assertThat(kinds(subscription)).containsExactly("paid", "paused", "paid");
        assertSound();
    }

    @Test
    void a_credit_is_settled_with_the_next_orders() {
        var subscription = subscription("2036-01-01T00:00:00Z", "UTC", "active", "2036-01-01T00:00:00Z");
        tenant("update app.subscription set carried = -4500 where id = '%s'", subscription);
        advance(subscription, "2036-03-02T00:00:00Z");
        work();
        assertThat(column(
                        "select amount from app.subscription_period where subscription_id = '%s' order by number",
                        subscription))
                .containsExactly("0", "0", "1500");
        assertThat(orders(subscription)).isEqualTo("1");
    }

    // --- orders that fail ----------------------------------------------------------------------------------------

    @Test
    void a_failed_order_is_tried_again_and_a_paid_one_recovers_the_subscription() {
        var subscription = subscription("2036-01-01T00:00:00Z", "UTC", "active", "2036-01-01T00:00:00Z");
        work();
        fail(subscription);
        work();
        assertThat(status(subscription)).isEqualTo("past_due");
        assertThat(orders(subscription)).isEqualTo("1");
        advance(subscription, "2036-01-02T00:00:00Z");
        work();
        assertThat(orders(subscription)).isEqualTo("2");
        pay(subscription);
        work();
        assertThat(status(subscription)).isEqualTo("active");
        assertThat(column(
                        "select type from app.outbox_event where subject_id = '%s' order by created_at, id",
                        subscription))
                .contains("subscription.past_due", "subscription.recovered");
        assertSound();
    }

    @Test
    void after_the_last_try_the_subscription_ends() {
        var subscription = subscription("2036-01-01T00:00:00Z", "UTC", "active", "2036-01-01T00:00:00Z");
        var now = Instant.parse("2036-01-01T00:00:00Z");
        for (var days : List.of(0, 1, 3, 5, 7)) {
            now = now.plusSeconds(days * 86_400L);
            advance(subscription, now.toString());
            work();
            fail(subscription);
            work();
        }
        assertThat(orders(subscription)).isEqualTo("5");
        assertThat(status(subscription)).isEqualTo("canceled");
    }

    // --- whatever crashes ----------------------------------------------------------------------------------------

    /// Two workers whose sessions are ended all the time, random calendars, zones, pauses and failures.
    @Test
    void each_period_has_one_order_whatever_crashes() throws Exception {
        var random = new Random(Long.getLong("hedgerow.billing.seed", 1));
        var subscriptions = new java.util.ArrayList<UUID>();
        for (var i = 0; i < 12; i++) {
            var anchor = Instant.parse("2036-01-01T00:00:00Z").plusSeconds(random.nextInt(31 * 86_400));
            var zone = ZONES.get(random.nextInt(ZONES.size()));
            var trial = random.nextInt(3) == 0;
            var begun = trial ? anchor.minusSeconds(86_400L * (1 + random.nextInt(20))) : anchor;
            subscriptions.add(subscription(anchor.toString(), zone, trial ? "trialing" : "active", begun.toString()));
        }
        var stop = new AtomicBoolean();
        try (var threads = Executors.newFixedThreadPool(3)) {
            threads.submit(() -> crash(stop, random.nextLong()));
            for (var day = 20; day < 400; day += 40) {
                var now = Instant.parse("2036-01-01T00:00:00Z").plusSeconds(day * 86_400L);
                for (var subscription : subscriptions) {
                    step(random, subscription, now);
                }
                var one = threads.submit(this::work);
                var two = threads.submit(this::work);
                one.get();
                two.get();
            }
            stop.set(true);
        }
        work();
        assertSound();
        assertThat(one("select count(*) from app.payment_order where subscription_period_id is not null"))
                .asString()
                .hasSizeGreaterThanOrEqualTo(2);
        for (var subscription : subscriptions) {
            assertIsOfItsCalendar(subscription);
        }
    }

    private void step(Random random, UUID subscription, Instant now) {
        advance(subscription, now.toString());
        switch (random.nextInt(6)) {
            case 0 ->
                tenant(
                        "update app.subscription set status = 'paused' where id = '%s' and status = 'active'",
                        subscription);
            case 1, 2 ->
                tenant(
                        "update app.subscription set status = 'active', anchor_at = case when period_ends_at > '%2$s'"
                            + " then anchor_at else '%2$s' end, anchor_count = case when period_ends_at > '%2$s' then"
                            + " anchor_count else 0 end where id = '%1$s' and status = 'paused'",
                        subscription, now);
            case 3 -> fail(subscription);
            default -> pay(subscription);
        }
    }

    private void crash(AtomicBoolean stop, long seed) {
        var random = new Random(seed);
        while (!stop.get()) {
            run("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'hedgerow_worker' and datname ="
                    + " current_database() and state <> 'idle'");
            try {
                Thread.sleep(20 + random.nextInt(300));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /// Works as the worker does: a turn that fails comes again.
    private void work() {
        for (var tries = 0; tries < 500; tries++) {
            try {
                Tenant.of(tenant.organization(), "system:worker", false).call(() -> billing.run(tenant));
                return;
            } catch (StatementFailure e) {
                // its session was ended, or the other worker was faster
            }
        }
        throw new AssertionError("it never came through");
    }

    // --- what must hold ------------------------------------------------------------------------------------------

    private void assertSound() {
        assertThat(column("select p.id from app.subscription_period p join app.subscription s on s.id ="
                        + " p.subscription_id where s.test_clock_id is not null and p.kind = 'paid' and p.amount >"
                        + " 0 and (select count(*) from app.payment_order o where o.subscription_period_id = p.id"
                        + " and o.status not in ('failed', 'expired')) > 1"))
                .as("two orders that may be paid")
                .isEmpty();
        assertThat(column("select p.id from app.subscription_period p join app.subscription s on s.id ="
                        + " p.subscription_id where s.test_clock_id is not null and p.kind = 'paid' and p.amount >"
                        + " 0 and (select count(*) from app.payment_order o where o.subscription_period_id = p.id)"
                        + " <> p.tries"))
                .as("a try without its order")
                .isEmpty();
        assertThat(column("select p.id from app.subscription_period p join app.subscription s on s.id ="
                        + " p.subscription_id where s.test_clock_id is not null and p.started_at is distinct from"
                        + " (select q.ended_at from app.subscription_period q where q.subscription_id ="
                        + " p.subscription_id and q.number = p.number - 1) and p.number > 0"))
                .as("a gap or an overlap")
                .isEmpty();
        assertThat(column("select s.id from app.subscription s where s.test_clock_id is not null and s.billed_until <>"
                        + " (select max(p.ended_at) from app.subscription_period p where p.subscription_id = s.id)"))
                .as("billed until the last period")
                .isEmpty();
    }

    /// Every run of paid periods begins at an anchor, and has the boundaries that are counted from it.
    private void assertIsOfItsCalendar(UUID subscription) {
        var zone = ZoneId.of(one("select time_zone from app.subscription where id = '%s'".formatted(subscription)));
        Calendar calendar = null;
        var n = 0;
        for (var row : column(
                "select kind || ' ' || to_char(started_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') ||"
                        + " ' ' || to_char(ended_at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') from"
                        + " app.subscription_period where subscription_id = '%s' order by number",
                subscription)) {
            var part = row.split(" ");
            if (!part[0].equals("paid")) {
                calendar = null;
                continue;
            }
            if (calendar == null) {
                calendar = new Calendar(Instant.parse(part[1]), zone, "month", 1);
                n = 0;
            }
            n++;
            assertThat(Instant.parse(part[2])).as(row).isEqualTo(calendar.boundary(n));
        }
    }

    // --- rows ----------------------------------------------------------------------------------------------------

    private UUID subscription(String anchor, String zone, String status, String begun) {
        var id = UUID.randomUUID();
        tenant("""
            insert into app.test_clock (organization_id, livemode, id, name, now_at)
            values (app.organization_id(), false, '%1$s', 'of %1$s', '%5$s');
            insert into app.subscription (organization_id, livemode, id, customer_id, price_id, time_zone,
                   test_clock_id, trial_ends_at)
            select organization_id, livemode, '%1$s', customer_id, price_id, '%3$s', '%1$s', '%2$s'
              from app.subscription
             where organization_id = app.organization_id() and not livemode
               and price_id in (select id from app.price where unit_amount_minor = 2000)
             limit 1;
            update app.subscription
               set status = '%4$s', anchor_at = '%2$s', billed_until = '%5$s', period_started_at = '%5$s',
                   period_ends_at = '%5$s'::timestamptz + interval '1 month'
             where id = '%1$s'\
            """, id, anchor, zone, status, begun);
        return id;
    }

    private void advance(UUID subscription, String to) {
        tenant(
                "update app.test_clock set now_at = '%2$s', status = 'advancing' where id = '%1$s' and now_at < '%2$s'",
                subscription, to);
    }

    private void fail(UUID subscription) {
        end(subscription, "status = 'failed'");
    }

    private void pay(UUID subscription) {
        end(subscription, "status = 'succeeded', succeeded_at = now()");
    }

    /// Ends open orders that nobody has executed. The triggers that would refuse it are off; the one that tells billing
    /// is not.
    private void end(UUID subscription, String how) {
        tenant("""
            alter table app.payment_order disable trigger user;
            alter table app.payment_order enable trigger note_outcome;
            update app.payment_order set %2$s
             where subscription_id = '%1$s' and status in ('requires_confirmation', 'requires_execution');
            alter table app.payment_order enable trigger user\
            """, subscription, how);
    }

    private List<String> kinds(UUID subscription) {
        return column(
                "select kind from app.subscription_period where subscription_id = '%s' order by number", subscription);
    }

    private String orders(UUID subscription) {
        return one("select count(*) from app.payment_order where subscription_id = '%s'".formatted(subscription));
    }

    private String status(UUID subscription) {
        return one("select status from app.subscription where id = '%s'".formatted(subscription));
    }

    private void tenant(String sql, Object... values) {
        run("begin; select app.bind('%s', 'system:test', false); %s; commit"
                .formatted(tenant.organization(), sql.formatted(values)));
    }

    private void run(String sql) {
        try (var connection = database.admin();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private List<String> column(String sql, Object... values) {
        try (var connection = database.admin()) {
            return FirstColumn.of(connection, sql.formatted(values));
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private String one(String sql) {
        return column(sql.replace("%", "%%")).getFirst();
    }
}
