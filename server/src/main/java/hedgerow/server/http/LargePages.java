package hedgerow.server.http;

import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Bounds the memory of large pages: only as many are built at once as a quarter of the heap has room for
/// in the worst case, and a tenant takes at most half of them. The others wait for a moment, without a
/// database connection.
///
/// Pages of up to [#SMALL] rows never wait: the pool's size bounds them.
final class LargePages {

    static final int SMALL = 20;

    /// What one statement may return ([hedgerow.server.Service] tells the driver), and the same again as
    /// text.
    private static final long WORST_BYTES = 2 * 16_000_000L;

    private static final int TENANTS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Semaphore all;
    private final Recent<UUID, Semaphore> byTenant = new Recent<>(TENANTS);
    private final int share;

    LargePages(long heapBytes) {
        var most = (int) Math.max(1, heapBytes / 4 / WORST_BYTES);
        this.all = new Semaphore(most, true);
        this.share = Math.max(1, most / 2);
    }

    /// @return to be closed once the page is no longer in memory
    /// @throws Problem [ProblemCode#RATE_LIMITED] if it waited in vain
    Room enter(UUID tenant, int limit) {
        if (limit <= SMALL) {
            return () -> {};
        }
        var own = byTenant.find(tenant, () -> new Semaphore(share, true));
        take(own);
        try {
            take(all);
        } catch (RuntimeException e) {
            own.release();
            throw e;
        }
        return () -> {
            all.release();
            own.release();
        };
    }

    private static void take(Semaphore rooms) {
        try {
            if (!rooms.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw busy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    private static Problem busy() {
        return new Problem(
                        ProblemCode.RATE_LIMITED,
                        "too many large pages are being read at once; set `limit` to at most " + SMALL)
                .withHeader("Retry-After", "1");
    }

    /// The memory of one page. Close it once.
    interface Room extends AutoCloseable {

        @Override
        void close();
    }
}
