package hedgerow.server.work;

import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Optional;

/// One kind of work, done for the tenant whose turn it is, to which the caller is bound.
///
/// A job does a bounded part of it. Whoever has more to do asks for another turn, and stands behind all others for it.
interface Job {

    /// When more is due; empty: nothing is known to be.
    Optional<Instant> run(TenantKey tenant);
}
