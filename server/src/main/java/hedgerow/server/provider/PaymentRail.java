package hedgerow.server.provider;

import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A payment rail, which moves money: executes the orders, and gives back the refunds, that wait for it.
///
/// Whatever it does rests on the rows of attempts, not on the memory of a process. A pass may end anywhere, and two may
/// run at once.
public interface PaymentRail {

    /// Does a bounded part of what is due for the tenant in scope; when more is due, or empty: nothing is known to be.
    Optional<Instant> run(TenantKey tenant);

    /// One pass over each rail.
    static Optional<Instant> run(List<PaymentRail> rails, TenantKey tenant) {
        return rails.stream()
                .map(rail -> rail.run(tenant))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }
}
