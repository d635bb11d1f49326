package hedgerow.server.link;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.product.PriceMapper;
import hedgerow.mappers.product.PriceTier;
import hedgerow.mappers.product.PriceTierMapper;
import hedgerow.mappers.work.LinkMapper;
import hedgerow.mappers.work.LinkOffer;
import hedgerow.mappers.work.LinkWay;
import hedgerow.mappers.work.TurnMapper;
import hedgerow.rls.bind.Tenant;
import hedgerow.server.auth.TrustedProxies;
import hedgerow.server.chain.Heads;
import hedgerow.server.http.Access;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.PerMinute;
import hedgerow.server.http.Routes;
import hedgerow.server.http.SecretBox;
import hedgerow.server.http.Sha256;
import hedgerow.server.pay.PriceAmount;
import hedgerow.server.provider.Checkouts;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/// `/pay/{token}`: the public page of a payment link, in a process that runs the worker.
///
/// Whoever knows the token is the payer; nobody has an account. One look-up by the hash of the token finds the tenant,
/// and everything else happens inside the fence of that tenant. A caller without a token costs that one look-up by a
/// primary key, a bounded number of times a minute.
public final class PaymentPages implements Routes {

    private static final String ACTOR = "system:payment-link";
    private static final String TOKEN = "[0-9A-Za-z_-]{16,64}";
    private static final String UUID_TEXT = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
    private static final String SESSION = "[0-9A-Za-z_]{1,200}";
    private static final int LOOKS_PER_MINUTE = 120;
    private static final int PAYMENTS_PER_MINUTE = 20;
    private static final int AT_ONCE = 16;

    private final TrustedProxies proxies;
    private final PerMinute<String> looks = new PerMinute<>(LOOKS_PER_MINUTE);
    private final PerMinute<String> begun = new PerMinute<>(PAYMENTS_PER_MINUTE);
    private final Semaphore free = new Semaphore(AT_ONCE);
    private volatile Optional<Inside> inside = Optional.empty();

    private record Inside(
            Database unbound, Database bound, Optional<URI> address, CardPayments cards, WalletPayments wallets) {}

    /// A link within its tenant.
    ///
    /// @param amount in minor or base units
    record Opened(TenantKey tenant, UUID id, LinkOffer offer, BigInteger amount) {}

    /// Closed pages, until [#open].
    ///
    /// @param trustedProxies the proxies that are believed when they name the address of a caller
    public PaymentPages(List<String> trustedProxies) {
        this.proxies = new TrustedProxies(trustedProxies);
    }

    /// Serves the pages from now on.
    ///
    /// @param unbound runs the statement that no tenant is bound for
    /// @param bound binds each connection to the tenant in scope, as the worker's login
    public void open(
            Database unbound,
            Database bound,
            LinkSettings settings,
            SecretBox secrets,
            Checkouts checkouts,
            Heads heads,
            EventWriter events) {
        inside = Optional.of(new Inside(
                unbound,
                bound,
                settings.paymentPages(),
                new CardPayments(bound, secrets, checkouts, events),
                new WalletPayments(bound, heads, events)));
    }

    @Override
    public void register(RoutesConfig routes) {
        routes.get("/pay/{token}", ctx -> answer(ctx, looks, this::offer), Access.PUBLIC);
        routes.post("/pay/{token}", ctx -> answer(ctx, begun, this::begin), Access.PUBLIC);
        routes.get("/pay/{token}/{order}", ctx -> answer(ctx, looks, this::payment), Access.PUBLIC);
    }

    @FunctionalInterface
    private interface Handler {
        PayPage page(Context ctx, Inside within, LinkWay way);
    }

    private void answer(Context ctx, PerMinute<String> limit, Handler handler) {
        if (!limit.of(proxies.network(ctx)).tryConsume(1) || !free.tryAcquire()) {
            PayPage.BUSY.send(ctx);
            return;
        }
        try {
            page(ctx, handler).send(ctx);
        } finally {
            free.release();
        }
    }

    private PayPage page(Context ctx, Handler handler) {
        var token = ctx.pathParam("token");
        var within = inside.filter(_ -> token.matches(TOKEN));
        if (within.isEmpty()) {
            return PayPage.UNKNOWN;
        }
        var hash = Sha256.of(token);
        return within.get()
                .unbound()
                .read(on -> on.get(TurnMapper.class).linkWay(hash))
                .map(way -> Tenant.of(way.organizationId(), ACTOR, way.livemode())
                        .call(() -> handler.page(ctx, within.get(), way)))
                .orElse(PayPage.UNKNOWN);
    }

    // --- the pages -----------------------------------------------------------------------------------------------

    private PayPage offer(Context ctx, Inside within, LinkWay way) {
        return whenOpen(within, way, link -> PayPage.offer(link, within.cards.isPossible(link)));
    }

    private PayPage begin(Context ctx, Inside within, LinkWay way) {
        return whenOpen(
                within,
                way,
                link -> link.offer().currency() == null ? wallet(ctx, within, link) : card(ctx, within, link));
    }

    private static PayPage card(Context ctx, Inside within, Opened link) {
        return address(ctx, within)
                .flatMap(address -> within.cards.begin(link, address + "/pay/" + ctx.pathParam("token")))
                .map(page -> PayPage.leaving(link, page))
                .orElse(PayPage.NO_CARD);
    }

    private PayPage wallet(Context ctx, Inside within, Opened link) {
        return switch (within.wallets.begin(link, proxies.network(ctx))) {
            case WalletPayments.Requested(var order) -> PayPage.requested(ctx.pathParam("token"), order);
            case WalletPayments.Refused(var page) -> page;
        };
    }

    /// A payment that is there is shown even when the link has been closed since.
    private PayPage payment(Context ctx, Inside within, LinkWay way) {
        var order = ctx.pathParam("order");
        if (!order.matches(UUID_TEXT)) {
            return PayPage.UNKNOWN;
        }
        var tenant = new TenantKey(way.organizationId(), way.livemode());
        var id = UUID.fromString(order);
        var offer = within.bound
                .read(on -> on.get(LinkMapper.class).offer(tenant, way.linkId()))
                .orElseThrow();
        return within.cards
                .payment(tenant, way.linkId(), id)
                .map(paid -> PayPage.payment(tenant, offer, id, paid))
                .or(() -> within.wallets
                        .payment(tenant, way.linkId(), id)
                        .map(request -> PayPage.payment(tenant, offer, id, request)))
                .orElseGet(() -> arriving(ctx, within, way, id));
    }

    private PayPage arriving(Context ctx, Inside within, LinkWay way, UUID order) {
        var provider = String.valueOf(ctx.queryParam("provider"));
        var session = String.valueOf(ctx.queryParam("session"));
        if (!provider.matches("[a-z0-9_]{1,32}") || !session.matches(SESSION)) {
            return PayPage.UNKNOWN;
        }
        return whenOpen(within, way, link -> switch (within.cards.arrive(link, order, provider, session)) {
            case CardPayments.Ordered(var paid) -> PayPage.payment(link.tenant(), link.offer(), order, paid);
            case CardPayments.NotYet(var page) -> PayPage.leaving(link, page);
            case CardPayments.Refused(var page) -> page;
        });
    }

    private PayPage whenOpen(Inside within, LinkWay way, Function<Opened, PayPage> page) {
        var tenant = new TenantKey(way.organizationId(), way.livemode());
        return link(within.bound, tenant, way.linkId())
                .map(link -> PayPage.closed(link).orElseGet(() -> page.apply(link)))
                .orElse(PayPage.UNKNOWN);
    }

    /// A link as it is now, open or not.
    static Optional<Opened> link(Database bound, TenantKey tenant, UUID id) {
        return bound.readInTransaction(on -> on.get(LinkMapper.class)
                .offer(tenant, id)
                .map(offer -> new Opened(tenant, id, offer, amount(on, tenant, offer))));
    }

    /// Zero if the price has no tier for the quantity.
    private static BigInteger amount(Mappers on, TenantKey tenant, LinkOffer offer) {
        var price = on.get(PriceMapper.class).find(tenant, offer.priceId()).orElseThrow();
        var tiers = price.tiersMode() == null
                ? List.<PriceTier>of()
                : on.get(PriceTierMapper.class).ofPrices(tenant, List.of(price.id()));
        return PriceAmount.of(price, tiers, offer.quantity()).orElse(BigInteger.ZERO);
    }

    /// The address of these pages. A caller's Host header decides nothing.
    private static Optional<String> address(Context ctx, Inside within) {
        var port = ctx.req().getLocalPort();
        return within.address
                .map(address -> address.toString().replaceAll("/+$", ""))
                .or(() -> Optional.of(
                                InetAddress.ofLiteral(ctx.req().getLocalAddr().replaceAll("[\\[\\]]", "")))
                        .filter(InetAddress::isLoopbackAddress)
                        .map(_ -> "http://127.0.0.1:" + port));
    }
}
