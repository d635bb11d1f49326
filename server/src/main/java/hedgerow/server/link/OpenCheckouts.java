package hedgerow.server.link;

import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.CheckoutMapper;
import hedgerow.mappers.work.KeptCheckout;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.SecretBox;
import hedgerow.server.pay.Due;
import hedgerow.server.provider.Checkouts;
import hedgerow.server.provider.PaymentRail;
import hedgerow.server.provider.ProviderSettings;
import java.time.Duration;
import java.util.Optional;

/// Follows the sessions of payers who do not return: who enters a card and closes the browser has paid all the same.
///
/// A session that the provider does not know, or about which it gives no usable answer, stays as it is, and is looked
/// up again after a quarter of its age: only the provider ends it.
public final class OpenCheckouts implements PaymentRail {

    /// Providers keep idempotency keys for 24 hours; a session of which nobody knows the id is let be then.
    private static final Duration REOPEN = Duration.ofHours(20);

    private static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);
    private static final int PART_OF_AGE = 4;
    private static final int MOST = 5; // as many as one statement returns

    private final Database bound;
    private final Checkouts checkouts;
    private final CardPayments cards;

    private OpenCheckouts(Database bound, Checkouts checkouts, SecretBox secrets, EventWriter events) {
        this.bound = bound;
        this.checkouts = checkouts;
        this.cards = new CardPayments(bound, secrets, checkouts, events);
    }

    /// Empty if no provider is set that hosts pages for cards.
    ///
    /// @param bound binds each connection to the tenant in scope, as the worker's login
    public static Optional<OpenCheckouts> over(
            Database bound, ProviderSettings settings, SecretBox secrets, EventWriter events) {
        return Optional.of(new Checkouts(settings))
                .filter(checkouts -> !checkouts.codes().isEmpty())
                .map(checkouts -> new OpenCheckouts(bound, checkouts, secrets, events));
    }

    @Override
    public Due run(TenantKey tenant) {
        var due = bound.writeAlone(on -> on.get(CheckoutMapper.class).due(tenant, checkouts.codes()));
        due.forEach(kept -> follow(tenant, kept));
        return due.size() == MOST
                ? Due.AT_ONCE
                : Due.at(bound.read(on -> on.get(CheckoutMapper.class).nextTry(tenant, checkouts.codes())));
    }

    private void follow(TenantKey tenant, KeptCheckout kept) {
        var age = Duration.ofMillis((long) (1e3 * kept.ageSeconds()));
        if (kept.externalId() != null) {
            PaymentPages.link(bound, tenant, kept.linkId())
                    .filter(link -> link.offer().sellerActive()) // a seller who is suspended may be let in again
                    .ifPresent(link -> cards.follow(link, kept));
        } else if (age.compareTo(REOPEN) < 0) {
            cards.reopen(tenant, kept);
        } else {
            bound.writeAlone(on -> on.get(CheckoutMapper.class).leave(tenant, kept.id()));
            return;
        }
        var part = age.dividedBy(PART_OF_AGE);
        var pause = part.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : part;
        bound.writeAlone(on -> on.get(CheckoutMapper.class).later(tenant, kept.id(), pause.toMillis() / 1e3));
    }
}
