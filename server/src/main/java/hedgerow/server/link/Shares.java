package hedgerow.server.link;

import hedgerow.mappers.TenantKey;
import hedgerow.server.http.Recent;
import io.github.bucket4j.Bucket;
import java.time.Duration;

/// The share of the amounts of an address that a network may request in a day, so that nobody who requests payments
/// and pays none takes all of them: a tenth, and a thousandth once half of them are taken.
final class Shares {

    private static final int NETWORKS = 100_000;
    private static final int MOST = 1_000;
    private static final int TENTH = 10;
    private static final int THOUSANDTH = 1_000;
    private static final int LEAST = 3;

    private final Recent<Share, Bucket> shares = new Recent<>(NETWORKS);

    private record Share(TenantKey tenant, String recipient, String network) {}

    /// Takes one amount out of the share of a network; false if it has used it.
    ///
    /// @param amounts that can be asked for
    /// @param taken the number of them that are reserved
    boolean take(TenantKey tenant, String recipient, String network, int amounts, int taken) {
        var share = 2 * taken < amounts ? Math.max(LEAST, amounts / TENTH) : Math.max(1, amounts / THOUSANDTH);
        var bucket = shares.find(
                new Share(tenant, recipient, network),
                () -> Bucket.builder()
                        .addLimit(day -> day.capacity(MOST).refillGreedy(MOST, Duration.ofDays(1)))
                        .build());
        return MOST - bucket.getAvailableTokens() < share && bucket.tryConsume(1);
    }
}
