package hedgerow.server.http;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Bounds the memory of large pages, in two budgets of which a tenant takes at most half: the pages that
/// are built at once, as many as a quarter of the heap has room for in the worst case; and the bytes that
/// are built and not yet taken by their readers, an eighth of the heap. Further pages wait for a moment,
/// without a database connection.
///
/// A slow reader holds no turn, only the bytes of its page. Pages of up to [#SMALL] rows never wait: the
/// pool's size bounds them.
final class LargePages {

    static final int SMALL = 20;

    /// The largest result of one statement ([hedgerow.server.Service] sets it in the driver), and the same
    /// again as text.
    private static final long WORST_BYTES = 2 * 16_000_000L;

    private static final int KIB = 1_024;
    private static final int TENANTS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Budget turns;
    private final Budget unsent;

    LargePages(long heapBytes) {
        this.turns = new Budget(heapBytes / 4 / WORST_BYTES);
        this.unsent = new Budget(Math.max(heapBytes / 8, 2 * Answers.MOST_BYTES) / KIB);
    }

    /// Waits for the memory of a page.
    ///
    /// @return to be closed once the response is sent, or the client gone
    /// @throws Problem [ProblemCode#RATE_LIMITED] if it waited in vain
    Room enter(UUID tenant, int limit) {
        return limit <= SMALL
                ? new Room(Optional.empty(), () -> {})
                : new Room(Optional.of(tenant), turns.take(tenant, 1));
    }

    private static Problem busy() {
        return new Problem(
                        ProblemCode.RATE_LIMITED,
                        "too many large pages are being read at once; set `limit` to at most " + SMALL)
                .withHeader("Retry-After", "1");
    }

    /// The memory of one page. Thread-safe.
    final class Room implements AutoCloseable {

        private final Optional<UUID> tenant;
        private Runnable release;

        private Room(Optional<UUID> tenant, Runnable release) {
            this.tenant = tenant;
            this.release = release;
        }

        /// Gives the turn back once the page consists of bytes only.
        ///
        /// @throws Problem [ProblemCode#RATE_LIMITED] if too many bytes wait for their readers
        synchronized void built(int bytes) {
            tenant.map(payer -> unsent.take(payer, bytes / KIB + 1)).ifPresent(sent -> {
                close();
                release = sent;
            });
        }

        @Override
        public synchronized void close() {
            release.run();
            release = () -> {};
        }
    }

    private static final class Budget {

        private final Semaphore all;
        private final Recent<UUID, Semaphore> byTenant = new Recent<>(TENANTS);
        private final int share;

        Budget(long most) {
            var permits = Math.clamp(most, 1, Integer.MAX_VALUE);
            this.all = new Semaphore(permits, true);
            this.share = Math.max(1, permits / 2);
        }

        Runnable take(UUID tenant, int permits) {
            var own = byTenant.find(tenant, () -> new Semaphore(share, true));
            take(own, permits);
            try {
                take(all, permits);
            } catch (RuntimeException e) {
                own.release(permits);
                throw e;
            }
            return () -> {
                all.release(permits);
                own.release(permits);
            };
        }

        private static void take(Semaphore room, int permits) {
            try {
                if (!room.tryAcquire(permits, PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw busy();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw busy();
            }
        }
    }
}
