package hedgerow.server.link;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.payment.PaymentOrder;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.BillingMapper;
import hedgerow.mappers.work.CardWay;
import hedgerow.mappers.work.CheckoutMapper;
import hedgerow.mappers.work.KeptCheckout;
import hedgerow.mappers.work.LinkMapper;
import hedgerow.mappers.work.LinkPayment;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.SecretBox;
import hedgerow.server.link.PaymentPages.Opened;
import hedgerow.server.provider.Checkout;
import hedgerow.server.provider.Checkouts;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Payments of links by card. The provider hosts the page on which the card is entered and keeps the card; when the
/// payer returns, or the worker looks, one transaction ends the session and makes the customer, the payment method and
/// the order, whose id the session has carried from its beginning: it is made once, whoever comes and however often.
/// The worker then charges it like any other.
///
/// The session is kept (`app.checkout`) before the provider is asked for it, and its page is shown only once the
/// provider's id of it is kept as well: wherever a process dies, nobody enters a card in a session that is not known.
final class CardPayments {

    private static final String CHECK_VIOLATION = "23514";
    private static final String SOMEBODY = "Payer of a payment link";

    /// The largest amount of an order, 2^53 - 1.
    private static final BigInteger MOST = BigInteger.valueOf(9_007_199_254_740_991L);

    private final Database bound;
    private final SecretBox secrets;
    private final Checkouts checkouts;
    private final EventWriter events;

    CardPayments(Database bound, SecretBox secrets, Checkouts checkouts, EventWriter events) {
        this.bound = bound;
        this.secrets = secrets;
        this.checkouts = checkouts;
        this.events = events;
    }

    /// The outcome for a payer who returns.
    sealed interface Arrival {}

    /// There is an order now.
    record Ordered(LinkPayment payment) implements Arrival {}

    /// No card has been entered on this page of the provider.
    record NotYet(URI page) implements Arrival {}

    /// There is no order, and will not be one.
    record Refused(PayPage page) implements Arrival {}

    private record Usable(CardWay way, String secret) {}

    boolean isPossible(Opened link) {
        return !usable(link, checkouts.codes()).isEmpty();
    }

    /// The page of a provider that takes a card for this link; empty if none does at present.
    ///
    /// @param address of the page of the link
    Optional<URI> begin(Opened link, String address) {
        return usable(link, checkouts.codes()).stream()
                .map(one -> open(link.tenant(), keep(link, one, address), one.secret()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private KeptCheckout keep(Opened link, Usable one, String address) {
        return bound.writeAlone(on -> on.get(CheckoutMapper.class)
                .keep(
                        link.tenant(),
                        UUID.randomUUID(),
                        link.id(),
                        one.way().provider(),
                        one.way().credentialId(),
                        link.offer().currency(),
                        link.amount().longValueExact(),
                        text(link),
                        address));
    }

    /// Opens a session that is kept. Its page is shown to nobody before its id is kept as well.
    private Optional<URI> open(TenantKey tenant, KeptCheckout kept, String secret) {
        var back =
                "%s/%s?provider=%s&session=%s".formatted(kept.address(), kept.id(), kept.provider(), Checkout.SESSION);
        var wanted = new Checkout.Wanted(purpose(kept), kept.message(), back, kept.address());
        return checkouts
                .open(kept.provider(), wanted, secret)
                .filter(opened ->
                        bound.writeAlone(on -> on.get(CheckoutMapper.class).opened(tenant, kept.id(), opened.session()))
                                == 1)
                .map(Checkout.Opened::page);
    }

    private static String text(Opened link) {
        return "You pay %s to %s. The card is charged once you have entered it."
                .formatted(
                        Amounts.inCurrency(link.offer().currency(), link.amount()),
                        link.offer().seller());
    }

    private static Checkout.Purpose purpose(KeptCheckout kept) {
        return new Checkout.Purpose(kept.id(), kept.linkId(), kept.currency(), kept.amountMinor());
    }

    private List<Usable> usable(Opened link, List<String> providers) {
        if (link.offer().currency() == null || link.amount().compareTo(MOST) > 0 || providers.isEmpty()) {
            return List.of();
        }
        return bound
                .read(on -> on.get(LinkMapper.class)
                        .cards(
                                link.tenant(),
                                providers,
                                link.offer().currency(),
                                link.amount().longValueExact()))
                .stream()
                .flatMap(way -> secret(link.tenant(), way).stream().map(secret -> new Usable(way, secret)))
                .toList();
    }

    private Optional<String> secret(TenantKey tenant, KeptCheckout kept) {
        var way = new CardWay(kept.credentialId(), kept.provider(), kept.keyId(), kept.nonce(), kept.ciphertext());
        return Optional.of(way)
                .filter(_ -> kept.credentialActive() && checkouts.codes().contains(kept.provider()))
                .flatMap(known -> secret(tenant, known));
    }

    /// Empty if it is sealed under another key, or of another mode: test and live never meet.
    private Optional<String> secret(TenantKey tenant, CardWay way) {
        return secrets.open(
                        "provider_credential",
                        tenant,
                        way.credentialId(),
                        new SecretBox.Sealed(way.keyId(), way.nonce(), way.ciphertext()))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .filter(secret -> checkouts.isFor(way.provider(), tenant.livemode(), secret));
    }

    /// Follows the session of a payer who returns; the caller names order and session, and neither is believed.
    Arrival arrive(Opened link, UUID order, String provider, String session) {
        var kept = bound.read(on -> on.get(CheckoutMapper.class).find(link.tenant(), link.id(), provider, session));
        return kept.map(one -> follow(link, one))
                .filter(arrival -> arrival instanceof NotYet || kept.get().id().equals(order))
                .orElseGet(() -> new Refused(PayPage.UNKNOWN));
    }

    /// Opens the session anew, under its old key, if its opening did not get so far that its id was kept.
    void reopen(TenantKey tenant, KeptCheckout kept) {
        secret(tenant, kept).ifPresent(secret -> open(tenant, kept, secret));
    }

    /// Looks a session up, and ends it as the provider has ended it. The payer who returns and the worker both come
    /// here, at one time perhaps: whoever comes second finds what the first one made.
    Arrival follow(Opened link, KeptCheckout kept) {
        return switch (state(link.tenant(), kept)) {
            case Checkout.Open(var page) -> new NotYet(page);
            case Checkout.Absent() -> new Refused(PayPage.UNKNOWN);
            case Checkout.Unclear() -> new Refused(PayPage.UNREACHABLE);
            case Checkout.Over() -> {
                end(link.tenant(), kept, "expired", null);
                yield new Refused(PayPage.UNKNOWN);
            }
            case Checkout.Complete card ->
                card.purpose().equals(purpose(kept)) ? entered(link, kept, card) : new Refused(PayPage.UNKNOWN);
        };
    }

    private Checkout.State state(TenantKey tenant, KeptCheckout kept) {
        return secret(tenant, kept)
                .map(secret -> checkouts.state(kept.provider(), kept.externalId(), secret))
                .orElseGet(Checkout.Unclear::new);
    }

    private Arrival entered(Opened link, KeptCheckout kept, Checkout.Complete card) {
        var made = payment(link.tenant(), link.id(), kept.id());
        if (made.isPresent()) {
            return new Ordered(made.get());
        } else if (PayPage.closed(link).isPresent()) {
            return refused(link.tenant(), kept, "link_closed", PayPage.CLOSED);
        } else if (!isPricedAs(link, kept)) {
            return refused(link.tenant(), kept, "price_changed", PayPage.CHANGED);
        }
        return ordered(link.tenant(), kept, card);
    }

    private static boolean isPricedAs(Opened link, KeptCheckout kept) {
        return kept.currency().equals(link.offer().currency())
                && link.amount().equals(BigInteger.valueOf(kept.amountMinor()));
    }

    private Arrival refused(TenantKey tenant, KeptCheckout kept, String refusal, PayPage page) {
        end(tenant, kept, "refused", refusal);
        return new Refused(page);
    }

    private void end(TenantKey tenant, KeptCheckout kept, String status, String refusal) {
        bound.writeAlone(on -> on.get(CheckoutMapper.class).end(tenant, kept.id(), status, refusal));
    }

    private Arrival ordered(TenantKey tenant, KeptCheckout kept, Checkout.Complete card) {
        var payer = new CheckoutMapper.Payer(
                card.name().orElse(SOMEBODY),
                card.country().orElse(null),
                card.instrument(),
                card.brand().orElse(null),
                card.last4().orElse(null),
                card.expiresMonth(),
                card.expiresYear());
        try {
            bound.write(on -> {
                var made = on.get(CheckoutMapper.class).complete(tenant, kept.id(), payer);
                made.ifPresent(order -> confirm(on, tenant, order));
                return made;
            });
        } catch (StatementFailure refused) {
            if (!refused.sqlState().equals(CHECK_VIOLATION)) {
                throw refused;
            }
            return refused(tenant, kept, "link_closed", PayPage.CLOSED);
        }
        return payment(tenant, kept.linkId(), kept.id())
                .<Arrival>map(Ordered::new)
                .orElseGet(() -> new Refused(PayPage.UNKNOWN));
    }

    private void confirm(Mappers on, TenantKey tenant, PaymentOrder order) {
        var outbox = on.get(OutboxEventMapper.class);
        outbox.add(tenant, events.event("payment_order", "created", order));
        on.get(BillingMapper.class)
                .confirm(tenant, order.id())
                .ifPresent(confirmed -> outbox.add(tenant, events.event("payment_order", "confirmed", confirmed)));
    }

    Optional<LinkPayment> payment(TenantKey tenant, UUID link, UUID order) {
        return bound.read(on -> on.get(LinkMapper.class).payment(tenant, link, order));
    }
}
