package hedgerow.server.http;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Who asks, as proved by [Authenticator].
///
/// @param organization the tenant; empty for a person who has not said which one, or belongs to none
/// @param actor `user:<uuid>`, `key:<uuid>` or `agent:<uuid>`
/// @param livemode live data, or test data
/// @param role in the tenant (`owner`, `admin`, `member`, `viewer`, `agent`) as far as it is known without asking the
///     database again, which has the last word
/// @param scopes what a restricted key may do, such as `customers:read`; empty: whatever its role may
public record Caller(
        Optional<UUID> organization,
        String actor,
        boolean livemode,
        Optional<String> role,
        Optional<Set<String>> scopes) {

    public Caller {
        Objects.requireNonNull(organization);
        Objects.requireNonNull(actor);
        Objects.requireNonNull(role);
        scopes = scopes.map(Set::copyOf);
    }

    boolean isPerson() {
        return actor.startsWith("user:");
    }

    boolean has(String scope) {
        return scopes.map(granted -> granted.contains(scope)).orElse(true);
    }
}
