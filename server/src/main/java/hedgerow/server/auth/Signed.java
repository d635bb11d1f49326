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
/// @param at when they proved who they are; empty if that is not known
/// @param session that the request shows, if it is one
record Signed(UUID user, Optional<Instant> at, Optional<UUID> session) {

    private static final String ATTRIBUTE = Signed.class.getName();
    private static final Duration FRESH = Duration.ofMinutes(10);

    void keep(Context ctx) {
        ctx.attribute(ATTRIBUTE, this);
    }

    /// Behind a route for people there is one.
    static Signed of(Context ctx) {
        Signed signed = ctx.attribute(ATTRIBUTE);
        if (signed == null) {
            throw new Problem(ProblemCode.FORBIDDEN, "Only people may do this. Sign in instead of using a key.");
        }
        return signed;
    }

    /// A stolen session is old, as a rule, and whoever holds it cannot sign in again.
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
