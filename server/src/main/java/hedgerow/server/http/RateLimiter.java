package hedgerow.server.http;

import java.time.Duration;

/// So many requests per minute for each tenant (each person, before they chose one); the tenants of one
/// process do not slow each other down.
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
            throw new Problem(ProblemCode.RATE_LIMITED, "at most %d requests per minute".formatted(requests.limit()))
                    .withHeader("Retry-After", Long.toString(wait));
        }
    }
}
