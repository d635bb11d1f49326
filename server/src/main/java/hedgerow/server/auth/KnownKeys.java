package hedgerow.server.auth;

import hedgerow.mappers.auth.FoundKey;
import hedgerow.server.http.Recent;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/// API keys that counted a moment ago, so that a request of theirs is one round trip.
///
/// Safe, because what a key may do is asked again when the database binds the transaction, from the first
/// moment that it is revoked; and because nothing of what is kept can change for a key. A key of an agent is
/// not kept: bound is the agent, who may have another. What was not found is not kept: made-up keys would
/// push out real ones.
///
/// Each look-up notes that the key is in use, which is therefore known to the minute.
final class KnownKeys {

    private static final int MOST = 10_000;
    private static final Duration KEEP = Duration.ofMinutes(1);

    private record Known(FoundKey key, long until) {}

    private final Recent<String, Known> entries = new Recent<>(MOST);

    Optional<FoundKey> find(Token token) {
        return entries.find(name(token))
                .filter(entry -> entry.until() - System.nanoTime() > 0)
                .map(Known::key);
    }

    void keep(Token token, FoundKey key) {
        if (key.agentId() != null) {
            return;
        }
        entries.keep(name(token), new Known(key, System.nanoTime() + KEEP.toNanos()));
    }

    void forget(Token token) {
        entries.forget(name(token));
    }

    /// The hash: a memory dump shows no key.
    private static String name(Token token) {
        return HexFormat.of().formatHex(token.hash());
    }
}
