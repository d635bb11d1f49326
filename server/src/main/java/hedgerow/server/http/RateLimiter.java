package hedgerow.server.http;

import java.time.Duration;

/// Limits the requests per minute of each tenant, and of each person who has not chosen one. Tenants do not
/// slow each other down.
final class RateLimiter {

    private final PerMinute<Object> requests;

    RateLimiter(int perMinute) {
        this.requests = new PerMinute<>(perMinute);
    }

    void admit(Caller caller) {
        Object payer = caller.organization().<Object>map(id -> id).orElse(caller.actor());
        var probe = requests.of(payer).tryConsumeAndReturnRemaining(1);
        if (!probe.isConsumed()) {
            var wait = Duration.ofNanos(probe.getNanosToWaitForRefill()).toSeconds() + 1;
            throw new Problem(
                            ProblemCode.RATE_LIMITED,
                            "an organization may send %d requests per minute".formatted(requests.limit()))
                    .withHeader("Retry-After", Long.toString(wait));
        }
    }
}
