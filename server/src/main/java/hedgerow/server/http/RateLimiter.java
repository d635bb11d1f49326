package hedgerow.server.http;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// So many requests per minute for each tenant (each person, before they chose one); the tenants of one process do not
/// slow each other down.
final class RateLimiter {

    /// More than this many at once share memory, not limits: the one that was quiet the longest begins anew.
    private static final int TENANTS = 100_000;

    private final int perMinute;

    private final Map<Object, Bucket> buckets = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Bucket> eldest) {
            return size() > TENANTS;
        }
    });

    RateLimiter(int perMinute) {
        this.perMinute = perMinute;
    }

    void admit(Caller caller) {
        Object payer = caller.organization().<Object>map(id -> id).orElse(caller.actor());
        var probe = buckets.computeIfAbsent(payer, _ -> bucket()).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            var wait = Duration.ofNanos(probe.getNanosToWaitForRefill()).toSeconds() + 1;
            throw new Problem(ProblemCode.RATE_LIMITED, "at most %d requests per minute".formatted(perMinute))
                    .withHeader("Retry-After", Long.toString(wait));
        }
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
                .build();
    }
}
