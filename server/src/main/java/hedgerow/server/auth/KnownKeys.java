package hedgerow.server.auth;

import hedgerow.mappers.auth.FoundKey;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// API keys that counted a moment ago, so that a request of theirs is one round trip.
///
/// Safe, because what a key may do is asked again when the database binds the transaction, from the first moment that
/// it is revoked; and because nothing of what is kept can change for a key. What was not found is not kept:
/// made-up keys would push out real ones.
final class KnownKeys {

    private static final int MOST = 10_000;
    private static final Duration KEEP = Duration.ofMinutes(5);

    private record Known(FoundKey key, long until) {}

    private final Map<String, Known> entries = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST;
        }
    });

    Optional<FoundKey> find(Token token) {
        return Optional.ofNullable(entries.get(name(token)))
                .filter(entry -> entry.until() - System.nanoTime() > 0)
                .map(Known::key);
    }

    void keep(Token token, FoundKey key) {
        entries.put(name(token), new Known(key, System.nanoTime() + KEEP.toNanos()));
    }

    void forget(Token token) {
        entries.remove(name(token));
    }

    /// The hash: a memory dump shows no key.
    private static String name(Token token) {
        return HexFormat.of().formatHex(token.hash());
    }
}
