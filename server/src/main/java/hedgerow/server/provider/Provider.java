package hedgerow.server.provider;

import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A way to move money: executes the orders, and gives back the refunds, that wait for it.
///
/// Whatever it does rests on the rows of attempts, not on the memory of a process. A pass may end anywhere, and two may
/// run at once.
public interface Provider {

    /// Does a bounded part of what is due for the tenant in scope; when more is due, or empty: nothing is known to be.
    Optional<Instant> run(TenantKey tenant);

    /// One pass of each.
    static Optional<Instant> run(List<Provider> providers, TenantKey tenant) {
        return providers.stream()
                .map(provider -> provider.run(tenant))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }
}
