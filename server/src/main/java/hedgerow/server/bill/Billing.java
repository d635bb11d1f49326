package hedgerow.server.bill;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.Row;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.product.PriceMapper;
import hedgerow.mappers.product.PriceTierMapper;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.BillingMapper;
import hedgerow.mappers.work.DueSubscription;
import hedgerow.mappers.work.FailedPeriod;
import hedgerow.server.http.EventWriter;
import hedgerow.server.pay.Calendar;
import hedgerow.server.pay.Due;
import hedgerow.server.pay.PriceAmount;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Makes what subscriptions owe: their periods, one after the other, each with its order.
///
/// A step is one transaction: a period, its order and the note that they are made, or nothing. That there is one order
/// for each period, and that periods leave no gap, rests on keys of the database, whatever crashes in between.
public final class Billing {

    private static final int MOST_STEPS = 100;

    /// From a failed order to the next one. After the last, the subscription ends.
    private static final List<Duration> RETRIES =
            List.of(Duration.ofDays(1), Duration.ofDays(3), Duration.ofDays(5), Duration.ofDays(7));

    private final Database database;
    private final EventWriter events;

    /// Bills on a database.
    ///
    /// @param database bound to the tenant in scope
    public Billing(Database database, EventWriter events) {
        this.database = database;
        this.events = events;
    }

    /// Bills what is due; returns when more is.
    public Due run(TenantKey tenant) {
        for (var steps = 0; steps < MOST_STEPS; steps++) {
            if (!database.write(on -> step(on, tenant))) {
                return Due.at(database.write(on -> {
                    on.get(BillingMapper.class).settleClocks(tenant);
                    return on.get(BillingMapper.class).nextDue(tenant);
                }));
            }
        }
        return Due.AT_ONCE;
    }

    /// Whether there was something to do.
    private boolean step(Mappers on, TenantKey tenant) {
        var billing = on.get(BillingMapper.class);
        var failed = billing.failed(tenant);
        if (failed.isPresent()) {
            postpone(on, tenant, failed.get());
            return true;
        }
        var retry = billing.retry(tenant);
        if (retry.isPresent()) {
            retry(on, tenant, retry.get());
            return true;
        }
        var paid = billing.answerPaid(tenant);
        if (!paid.isEmpty()) {
            paid.stream().distinct().forEach(subscription -> recover(on, tenant, subscription));
            return true;
        }
        var due = billing.due(tenant);
        due.ifPresent(subscription -> advance(on, tenant, subscription));
        return due.isPresent();
    }

    // --- periods -------------------------------------------------------------------------------------------------

    private void advance(Mappers on, TenantKey tenant, DueSubscription due) {
        if (due.anchorAt().isAfter(due.billedUntil())) {
            period(
                    on,
                    tenant,
                    due,
                    due.status().equals("trialing") ? "trial" : "paused",
                    due.anchorAt(),
                    BigInteger.ZERO);
            on.get(BillingMapper.class)
                    .billed(tenant, due.id(), due.billedUntil(), due.anchorAt(), false, due.carried());
        } else if (due.cancelAtPeriodEnd() && due.number() > 0) {
            var ended = on.get(BillingMapper.class).cancel(tenant, due.id(), due.billedUntil());
            report(on, tenant, "subscription", "canceled", ended);
        } else {
            bill(on, tenant, due);
        }
    }

    private void bill(Mappers on, TenantKey tenant, DueSubscription due) {
        var price = on.get(PriceMapper.class).find(tenant, due.priceId()).orElseThrow();
        var tiers = on.get(PriceTierMapper.class).ofPrices(tenant, List.of(price.id()));
        var calendar =
                new Calendar(due.anchorAt(), ZoneId.of(due.timeZone()), price.intervalUnit(), price.intervalCount());
        var owed = PriceAmount.of(price, tiers, due.quantity()).orElseThrow().add(due.carried());
        var amount = owed.max(BigInteger.ZERO);
        var end = calendar.boundary(due.anchorCount() + 1);
        var period = period(on, tenant, due, "paid", end, amount);
        if (amount.signum() > 0) {
            order(on, tenant, period);
        }
        var renewed = on.get(BillingMapper.class)
                .billed(tenant, due.id(), due.billedUntil(), end, true, owed.min(BigInteger.ZERO));
        report(on, tenant, "subscription", "renewed", renewed);
    }

    private static UUID period(
            Mappers on, TenantKey tenant, DueSubscription due, String kind, Instant end, BigInteger amount) {
        var follows = due.number() == 0 ? null : due.billedUntil();
        return on.get(BillingMapper.class)
                .period(tenant, due.id(), due.number(), kind, due.billedUntil(), end, follows, amount);
    }

    private void order(Mappers on, TenantKey tenant, UUID period) {
        var made = on.get(BillingMapper.class).order(tenant, period);
        report(on, tenant, "payment_order", "created", made);
        Optional<PaymentOrder> confirmed = on.get(BillingMapper.class).confirm(tenant, made.id());
        confirmed.ifPresent(order -> report(on, tenant, "payment_order", "confirmed", order));
    }

    // --- orders that failed --------------------------------------------------------------------------------------

    private void postpone(Mappers on, TenantKey tenant, FailedPeriod failed) {
        var billing = on.get(BillingMapper.class);
        if (!failed.goesOn()) {
            billing.giveUp(tenant, failed.id());
        } else if (failed.tries() > RETRIES.size()) {
            billing.giveUp(tenant, failed.id());
            var ended = billing.cancel(tenant, failed.subscriptionId(), failed.nowAt());
            report(on, tenant, "subscription", "canceled", ended);
        } else {
            billing.tryAt(tenant, failed.id(), failed.nowAt().plus(RETRIES.get(failed.tries() - 1)));
            billing.pastDue(tenant, failed.subscriptionId())
                    .ifPresent(late -> report(on, tenant, "subscription", "past_due", late));
        }
    }

    private void retry(Mappers on, TenantKey tenant, FailedPeriod failed) {
        if (failed.goesOn()) {
            on.get(BillingMapper.class).tryAgain(tenant, failed.id());
            order(on, tenant, failed.id());
        } else {
            on.get(BillingMapper.class).giveUp(tenant, failed.id());
        }
    }

    private void recover(Mappers on, TenantKey tenant, UUID subscription) {
        on.get(BillingMapper.class)
                .recover(tenant, subscription)
                .ifPresent(active -> report(on, tenant, "subscription", "recovered", active));
    }

    private void report(Mappers on, TenantKey tenant, String object, String what, Row row) {
        on.get(OutboxEventMapper.class).add(tenant, events.event(object, what, row));
    }
}
