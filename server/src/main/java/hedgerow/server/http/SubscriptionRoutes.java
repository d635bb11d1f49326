package hedgerow.server.http;

import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.product.Price;
import hedgerow.mappers.product.PriceMapper;
import hedgerow.mappers.product.PriceTierMapper;
import hedgerow.mappers.subscription.Subscription;
import hedgerow.mappers.subscription.SubscriptionMapper;
import hedgerow.mappers.subscription.TestClock;
import hedgerow.mappers.subscription.TestClockMapper;
import hedgerow.server.http.Problem.Fault;
import hedgerow.server.pay.Calendar;
import hedgerow.server.pay.PriceAmount;
import hedgerow.server.pay.Proration;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// `/v1/subscriptions`. The worker makes their periods and orders.
final class SubscriptionRoutes implements Routes {

    private final Resources resources;
    private final Resource<Subscription, SubscriptionMapper> subscriptions;

    SubscriptionRoutes(Resources resources) {
        this.resources = resources;
        this.subscriptions = resources
                .of("subscription", "/v1/subscriptions", Subscription.class, SubscriptionMapper.class)
                .closedByState("owner", "admin", "member");
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/v1/subscriptions", Resource.page(subscriptions, SubscriptionMapper.Filter.class), Access.READ);
        routes.get("/v1/subscriptions/{id}", subscriptions.find(), Access.READ);
        routes.post("/v1/subscriptions", this::create, Access.WRITE);
        routes.patch("/v1/subscriptions/{id}", this::change, Access.WRITE);
        run(routes, "begin", "begun", SubscriptionMapper::begin, SubscriptionRoutes::begun);
        run(routes, "resume", "resumed", SubscriptionMapper::resume, SubscriptionRoutes::resumed);
        set(routes, "pause", "paused");
        set(routes, "cancel", "canceled");
    }

    private void set(RoutesConfig routes, String verb, String status) {
        routes.post(
                "/v1/subscriptions/{id}/" + verb,
                subscriptions.act(status, (on, tenant, id, version) -> on.setStatus(tenant, id, version, status)),
                Access.WRITE);
    }

    /// Creates a subscription. A price that is paid once has no period.
    private void create(Context ctx) {
        var created = Bodies.bind(
                resources.mapper, Requests.body(ctx), SubscriptionMapper.New.class, ProblemCode.INVALID_BODY);
        if (!ZoneId.getAvailableZoneIds().contains(created.timeZone())) {
            throw new Problem(ProblemCode.INVALID_BODY, "the time zone is unknown")
                    .with(new Fault("/time_zone", "is not the name of a time zone, such as Europe/Berlin"));
        }
        subscriptions.make(
                ctx,
                on -> {
                    var price = on.get(PriceMapper.class)
                            .find(Resource.tenant(ctx), created.priceId())
                            .filter(one -> one.active() && one.intervalUnit() != null)
                            .orElseThrow(() -> new Problem(
                                            ProblemCode.INVALID_REFERENCE,
                                            "the price does not exist, is not recurring, or is not on sale")
                                    .with(new Fault("/price_id", "is not the id of a recurring price on sale")));
                    amount(on, ctx, price, created.quantity());
                    return on.get(SubscriptionMapper.class).insert(Resource.tenant(ctx), created);
                },
                _ -> {});
    }

    // --- beginning and going on ----------------------------------------------------------------------------------

    private interface Plan {
        SubscriptionMapper.Course of(Subscription subscription, Price price, Instant now);
    }

    private interface Move {
        Optional<Subscription> to(
                SubscriptionMapper on, TenantKey tenant, UUID id, Integer version, SubscriptionMapper.Course course);
    }

    private void run(RoutesConfig routes, String verb, String event, Move move, Plan plan) {
        routes.post(
                "/v1/subscriptions/{id}/" + verb,
                ctx -> subscriptions.run(ctx, 200, event, (on, id, version) -> {
                    var subscription = subscriptions.visible(on, ctx, id);
                    var course = plan.of(subscription, price(on, ctx, subscription), now(on, ctx, subscription));
                    return move.to(on.get(SubscriptionMapper.class), Resource.tenant(ctx), id, version, course);
                }),
                Access.WRITE);
    }

    private static SubscriptionMapper.Course begun(Subscription subscription, Price price, Instant now) {
        var trial =
                subscription.trialEndsAt() != null && subscription.trialEndsAt().isAfter(now);
        var anchor = trial ? subscription.trialEndsAt() : now;
        var end = trial ? anchor : calendar(subscription, price, anchor).boundary(1);
        return new SubscriptionMapper.Course(trial ? "trialing" : "active", anchor, 0, now, now, end);
    }

    /// In the period that it was in; or in a new one, from which paid periods are counted then.
    private static SubscriptionMapper.Course resumed(Subscription subscription, Price price, Instant now) {
        var goesOn = subscription.periodEndsAt() != null
                && subscription.periodEndsAt().isAfter(now);
        var billed = Optional.ofNullable(subscription.billedUntil()).orElse(now);
        return goesOn
                ? new SubscriptionMapper.Course(
                        "active",
                        subscription.anchorAt(),
                        subscription.anchorCount(),
                        billed,
                        subscription.periodStartedAt(),
                        subscription.periodEndsAt())
                : new SubscriptionMapper.Course(
                        "active",
                        now,
                        0,
                        billed,
                        now,
                        calendar(subscription, price, now).boundary(1));
    }

    private static Calendar calendar(Subscription subscription, Price price, Instant anchor) {
        return new Calendar(anchor, ZoneId.of(subscription.timeZone()), price.intervalUnit(), price.intervalCount());
    }

    // --- changing ------------------------------------------------------------------------------------------------

    private void change(Context ctx) {
        var body = Requests.body(ctx);
        subscriptions.run(ctx, 200, "updated", (on, id, _) -> {
            var before = subscriptions.visible(on, ctx, id);
            Preconditions.require(ctx, before.version());
            var change =
                    resources.merged(resources.tree("subscription", before), body, SubscriptionMapper.Change.class);
            var carried = before.carried().add(prorated(on, ctx, before, change.quantity()));
            return on.get(SubscriptionMapper.class)
                    .update(
                            Resource.tenant(ctx),
                            id,
                            before.version(),
                            new SubscriptionMapper.Change(
                                    change.paymentMethodId(), change.quantity(), change.cancelAtPeriodEnd(), carried));
        });
    }

    /// Returns the price difference for the rest of the present period, if that is billed already.
    private BigInteger prorated(Mappers on, Context ctx, Subscription before, int quantity) {
        if (quantity == before.quantity()) {
            return BigInteger.ZERO;
        }
        var price = price(on, ctx, before);
        var after = amount(on, ctx, price, quantity);
        var billed = List.of("active", "past_due").contains(before.status())
                && before.periodEndsAt() != null
                && before.periodEndsAt().equals(before.billedUntil())
                && before.anchorCount() > 0;
        return billed
                ? Proration.of(
                        amount(on, ctx, price, before.quantity()),
                        after,
                        before.periodStartedAt(),
                        before.periodEndsAt(),
                        now(on, ctx, before))
                : BigInteger.ZERO;
    }

    // --- both ----------------------------------------------------------------------------------------------------

    private static Price price(Mappers on, Context ctx, Subscription subscription) {
        return on.get(PriceMapper.class)
                .find(Resource.tenant(ctx), subscription.priceId())
                .orElseThrow(() -> new Problem(ProblemCode.FORBIDDEN, "the caller may not read the price"));
    }

    private static BigInteger amount(Mappers on, Context ctx, Price price, int quantity) {
        var tiers = on.get(PriceTierMapper.class).ofPrices(Resource.tenant(ctx), List.of(price.id()));
        return PriceAmount.of(price, tiers, quantity)
                .orElseThrow(() -> new Problem(ProblemCode.INVALID_BODY, "the price has no tier for this quantity")
                        .with(new Fault("/quantity", "exceeds the last tier of the price; lower it")));
    }

    private static Instant now(Mappers on, Context ctx, Subscription subscription) {
        return Optional.ofNullable(subscription.testClockId())
                .flatMap(clock -> on.get(TestClockMapper.class).find(Resource.tenant(ctx), clock))
                .map(TestClock::nowAt)
                .orElseGet(() -> Instant.now().truncatedTo(ChronoUnit.MICROS));
    }
}
