package hedgerow.server.auth;

import hedgerow.server.http.PerMinute;
import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Limits how often one client address may fail to authenticate or may request a nonce, and how often one
/// person may try to change how they sign in.
///
/// A good credential always passes: many clients share an address, and one of them must not shut out the
/// others. Once an address has failed too often, its failures are answered with 429, and all such addresses
/// together have at most [#LOOK_UPS] concurrent look-ups in the database.
final class Attempts {

    private static final int LOOK_UPS = 2;

    private final TrustedProxies proxies;
    private final PerMinute<String> failures;
    private final PerMinute<String> nonces;
    private final PerMinute<Object> persons;
    private final Semaphore suspects = new Semaphore(LOOK_UPS, true);

    Attempts(int perMinute, TrustedProxies proxies) {
        this.proxies = proxies;
        this.failures = new PerMinute<>(perMinute);
        this.nonces = new PerMinute<>(perMinute);
        this.persons = new PerMinute<>(perMinute);
    }

    InetAddress client(Context ctx) {
        return proxies.client(ctx);
    }

    /// Counts one nonce for the address of the caller.
    ///
    /// @throws Problem [ProblemCode#RATE_LIMITED] if there were too many
    void countNonce(Context ctx) {
        if (!nonces.of(proxies.network(ctx)).tryConsume(1)) {
            throw tooMany("nonces were requested from this address");
        }
    }

    /// Counts one attempt of a person.
    ///
    /// @param person identifies them
    /// @throws Problem [ProblemCode#RATE_LIMITED] if there were too many
    void count(Object person) {
        if (!persons.of(person).tryConsume(1)) {
            throw tooMany("attempts by this person");
        }
    }

    /// Looks a credential up; if its address has failed too often, it queues with those of other suspects.
    <T> T lookUp(Context ctx, Supplier<T> database) {
        if (failures.of(proxies.network(ctx)).getAvailableTokens() > 0) {
            return database.get();
        }
        suspects.acquireUninterruptibly();
        try {
            return database.get();
        } finally {
            suspects.release();
        }
    }

    /// Counts one failure, and returns the problem to report.
    ///
    /// @param otherwise the problem, unless there were too many
    Problem failed(Context ctx, Problem otherwise) {
        return failures.of(proxies.network(ctx)).tryConsume(1)
                ? otherwise
                : tooMany("credentials from this address were invalid");
    }

    private Problem tooMany(String what) {
        return new Problem(ProblemCode.RATE_LIMITED, "too many " + what)
                .withHeader("Retry-After", Long.toString(Math.max(1, 60 / failures.limit())));
    }
}
