package hedgerow.server.link;

import hedgerow.mappers.Database;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.BillingMapper;
import hedgerow.mappers.work.CardWay;
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
/// payer returns, one transaction makes the customer, the payment method and the order, whose id the session
/// has carried from its beginning: it is made once, however often the payer returns. The worker then charges
/// it like any other.
final class CardPayments {

    private static final String UNIQUE_VIOLATION = "23505";
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
        var order = UUID.randomUUID();
        return usable(link, checkouts.codes()).stream()
                .map(one -> {
                    var code = one.way().provider();
                    var back = "%s/%s?provider=%s&session=%s".formatted(address, order, code, Checkout.SESSION);
                    var wanted = new Checkout.Wanted(purpose(link, order), text(link), back, address);
                    return checkouts.open(code, wanted, one.secret());
                })
                .flatMap(Optional::stream)
                .findFirst()
                .map(Checkout.Opened::page);
    }

    private static String text(Opened link) {
        return "You pay %s to %s. The card is charged when you return to the seller's page."
                .formatted(
                        Amounts.inCurrency(link.offer().currency(), link.amount()),
                        link.offer().seller());
    }

    private static Checkout.Purpose purpose(Opened link, UUID order) {
        return new Checkout.Purpose(
                order, link.id(), link.offer().currency(), link.amount().longValueExact());
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

    /// Makes the order of a payer who returns with a card; the caller names order and session, and
    /// neither is believed.
    Arrival arrive(Opened link, UUID order, String provider, String session) {
        var known = checkouts.codes().stream().filter(provider::equals).toList();
        var credentials = usable(link, known);
        if (credentials.isEmpty()) {
            return new Refused(PayPage.UNKNOWN);
        }
        return switch (checkouts.state(provider, session, credentials.getFirst().secret())) {
            case Checkout.Open(var page) -> new NotYet(page);
            case Checkout.Over() -> new Refused(PayPage.UNKNOWN);
            case Checkout.Unclear() -> new Refused(PayPage.UNREACHABLE);
            case Checkout.Complete complete -> {
                var purpose = complete.purpose();
                if (!purpose.order().equals(order) || !purpose.link().equals(link.id())) {
                    yield new Refused(PayPage.UNKNOWN);
                }
                yield purpose.equals(purpose(link, order))
                        ? ordered(link, provider, complete)
                        : new Refused(PayPage.CHANGED);
            }
        };
    }

    private Arrival ordered(Opened link, String provider, Checkout.Complete card) {
        var payer = new LinkMapper.Payer(
                card.name().orElse(SOMEBODY),
                card.country().orElse(null),
                provider,
                card.instrument(),
                card.brand().orElse(null),
                card.last4().orElse(null),
                card.expiresMonth(),
                card.expiresYear());
        var order = card.purpose().order();
        try {
            bound.write(on -> {
                var made = on.get(LinkMapper.class)
                        .order(
                                link.tenant(),
                                order,
                                link.id(),
                                payer,
                                card.purpose().currency(),
                                card.purpose().amountMinor());
                var outbox = on.get(OutboxEventMapper.class);
                outbox.add(link.tenant(), events.event("payment_order", "created", made));
                on.get(BillingMapper.class)
                        .confirm(link.tenant(), order)
                        .ifPresent(confirmed ->
                                outbox.add(link.tenant(), events.event("payment_order", "confirmed", confirmed)));
                return made;
            });
        } catch (StatementFailure refused) {
            if (refused.sqlState().equals(CHECK_VIOLATION)) {
                return new Refused(PayPage.CLOSED);
            } else if (!refused.sqlState().equals(UNIQUE_VIOLATION)) { // else it was made meanwhile
                throw refused;
            }
        }
        return payment(link.tenant(), link.id(), order)
                .<Arrival>map(Ordered::new)
                .orElseGet(() -> new Refused(PayPage.UNKNOWN));
    }

    Optional<LinkPayment> payment(TenantKey tenant, UUID link, UUID order) {
        return bound.read(on -> on.get(LinkMapper.class).payment(tenant, link, order));
    }
}
