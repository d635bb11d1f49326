package hedgerow.server.http;

import io.github.bucket4j.Bucket;
import java.time.Duration;

/// A limit per minute for each key. Beyond 100,000 concurrent keys, the least recently used key starts
/// again with its whole allowance.
public final class PerMinute<K> {

    private static final int KEYS = 100_000;

    private final int limit;
    private final Recent<K, Bucket> buckets = new Recent<>(KEYS);

    public PerMinute(int limit) {
        this.limit = limit;
    }

    public int limit() {
        return limit;
    }

    public Bucket of(K key) {
        return buckets.find(
                key,
                () -> Bucket.builder()
                        .addLimit(bandwidth -> bandwidth.capacity(limit).refillGreedy(limit, Duration.ofMinutes(1)))
                        .build());
    }
}
