package hedgerow.server.auth;

import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// The person behind a request, in addition to its [hedgerow.server.http.Caller].
///
/// @param at when they proved their identity; empty if that is not known
/// @param session the session of the request, if it has one
record Signed(UUID user, Optional<Instant> at, Optional<UUID> session) {

    private static final String ATTRIBUTE = Signed.class.getName();
    private static final Duration FRESH = Duration.ofMinutes(10);

    void keep(Context ctx) {
        ctx.attribute(ATTRIBUTE, this);
    }

    /// The person behind the request of a route for people.
    static Signed of(Context ctx) {
        Signed signed = ctx.attribute(ATTRIBUTE);
        if (signed == null) {
            throw new Problem(ProblemCode.FORBIDDEN, "Only people may do this. Sign in instead of using a key.");
        }
        return signed;
    }

    /// Requires a recent sign-in. A stolen session is usually old, and whoever holds it cannot sign in
    /// again.
    ///
    /// @throws Problem [ProblemCode#STALE_SIGN_IN]
    void requireFresh() {
        if (at.filter(Instant.now().minus(FRESH)::isBefore).isEmpty()) {
            throw new Problem(
                    ProblemCode.STALE_SIGN_IN,
                    "Sign in again, and repeat the request within %d minutes.".formatted(FRESH.toMinutes()));
        }
    }
}
