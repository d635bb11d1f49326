package hedgerow.server.http;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// The caller of a request, as proved by [Authenticator].
///
/// @param organization the tenant; empty for a person who belongs to none, or has named none of
///     several
/// @param actor `user:<uuid>`, `key:<uuid>` or `agent:<uuid>`
/// @param livemode true for live data, false for test data
/// @param role in the tenant (`owner`, `admin`, `member`, `viewer`, `agent`) as it was when the
///     caller was authenticated; the database decides by the role at the time of each transaction
/// @param scopes the rights of a restricted key or a narrowed member, such as `customers:read`; empty: all
///     that the role allows
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

    boolean isAgent() {
        return actor.startsWith("agent:");
    }

    boolean has(String scope) {
        return scopes.map(granted -> granted.contains(scope)).orElse(true);
    }
}
