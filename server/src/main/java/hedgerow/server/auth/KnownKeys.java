package hedgerow.server.auth;

import hedgerow.mappers.auth.FoundKey;
import hedgerow.server.http.Recent;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/// API keys that were valid within the last minute; with one of them, a request needs only one round trip.
///
/// This is safe because the database checks the key again whenever it binds a transaction, and because the
/// cached facts about a key never change. Agents' keys are not kept: the transaction is bound to the agent,
/// which may have another key. Unknown keys are not kept: they would push out real ones.
///
/// Each look-up records that the key is in use, so that the time of its last use is exact to the minute.
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

    /// The name of a key here is its hash: a memory dump shows no key.
    private static String name(Token token) {
        return HexFormat.of().formatHex(token.hash());
    }
}
