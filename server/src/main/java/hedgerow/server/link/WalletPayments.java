package hedgerow.server.link;

import hedgerow.mappers.Database;
import hedgerow.mappers.Json;
import hedgerow.mappers.StatementFailure;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.webhook.OutboxEventMapper;
import hedgerow.mappers.work.LinkRequest;
import hedgerow.mappers.work.ReceivingMapper;
import hedgerow.server.chain.Heads;
import hedgerow.server.http.EventWriter;
import hedgerow.server.link.PaymentPages.Opened;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.json.JsonMapper;

/// Payments of links from wallets. A transfer on a chain does not state what it is for, so each payer is asked for an
/// amount that nobody else is asked for at that address at the time: the price, and some of the smallest units.
final class WalletPayments {

    /// The time within which the payment must be in a block.
    static final Duration TIME_TO_PAY = Duration.ofMinutes(30);

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String CHECK_VIOLATION = "23514";
    private static final int TRIES = 5;
    private static final int AMOUNTS = 20;

    /// At most a thousandth of the price is added, and less than a cent of a token with six decimals.
    private static final BigInteger SHARE = BigInteger.valueOf(1_000);

    private static final BigInteger LEAST_SPARE = BigInteger.valueOf(9);
    private static final BigInteger MOST_SPARE = BigInteger.valueOf(9_999);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final JsonMapper MAPPER = new JsonMapper();

    private final Database bound;
    private final Heads heads;
    private final EventWriter events;
    private final Shares shares = new Shares();

    WalletPayments(Database bound, Heads heads, EventWriter events) {
        this.bound = bound;
        this.heads = heads;
        this.events = events;
    }

    /// A request that a payer gets, or the page that explains why not.
    sealed interface Begun {}

    record Requested(UUID order) implements Begun {}

    record Refused(PayPage page) implements Begun {}

    /// Asks a stranger for a payment. Nobody is asked for one on a chain that is not watched: it would be lost.
    ///
    /// @param network of the stranger
    Begun begin(Opened link, String network) {
        var newest = heads.newest("eip155:" + link.offer().chainId());
        if (link.offer().recipientAddress() == null || newest.isEmpty()) {
            return new Refused(PayPage.NOT_WATCHED);
        }
        if (!isFair(link, network)) {
            return new Refused(PayPage.SHARE_USED);
        }
        for (var tries = 0; tries < TRIES; tries++) {
            try {
                return request(link, newest.getAsLong());
            } catch (StatementFailure refused) {
                if (refused.sqlState().equals(CHECK_VIOLATION)) {
                    return new Refused(PayPage.CLOSED);
                } else if (!refused.sqlState().equals(UNIQUE_VIOLATION)) { // or else somebody else took the amount
                    throw refused;
                }
            }
        }
        return new Refused(PayPage.CROWDED);
    }

    private boolean isFair(Opened link, String network) {
        var spare = spare(link.amount());
        var taken = bound.read(on -> on.get(ReceivingMapper.class)
                .taken(link.tenant(), link.id(), link.amount(), link.amount().add(BigInteger.valueOf(spare))));
        return shares.take(link.tenant(), link.offer().recipientAddress(), network, spare + 1, taken);
    }

    private Begun request(Opened link, long newest) {
        var order = UUID.randomUUID();
        var made = bound.write(on -> {
            var receiving = on.get(ReceivingMapper.class);
            receiving.watch(link.tenant(), link.id(), newest);
            var requested = receiving.request(
                    link.tenant(), order, link.id(), amounts(link.amount()), newest, TIME_TO_PAY.toSeconds());
            requested.ifPresent(row ->
                    on.last(OutboxEventMapper.class).add(link.tenant(), events.event("payment_order", "created", row)));
            return requested;
        });
        return made.isPresent() ? new Requested(order) : new Refused(PayPage.CROWDED);
    }

    /// Amounts to try. They are at random, so that a payment that comes very late hardly ever meets the request of
    /// somebody else.
    private static Json amounts(BigInteger price) {
        var spare = spare(price);
        var amounts = MAPPER.createArrayNode();
        for (var i = 0; i < AMOUNTS; i++) {
            amounts.addObject().put("amount", price.add(BigInteger.valueOf(RANDOM.nextInt(spare + 1))));
        }
        return new Json(amounts.toString());
    }

    private static int spare(BigInteger price) {
        return price.divide(SHARE).max(LEAST_SPARE).min(MOST_SPARE).intValueExact();
    }

    Optional<LinkRequest> payment(TenantKey tenant, UUID link, UUID order) {
        return bound.read(on -> on.get(ReceivingMapper.class).shown(tenant, link, order));
    }
}
