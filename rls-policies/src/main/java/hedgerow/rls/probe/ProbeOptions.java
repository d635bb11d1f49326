package hedgerow.rls.probe;

import hedgerow.rls.prove.Claim;
import java.time.Duration;
import java.util.Set;

/// What is attacked, and how.
///
/// @param claims all if empty
/// @param roles names; every login and all that it can become if empty
/// @param objects as SQL spells them; all if empty
/// @param timeout of one statement
public record ProbeOptions(Set<Claim> claims, Set<String> roles, Set<String> objects, Duration timeout) {

    public static final ProbeOptions DEFAULTS = new ProbeOptions(Set.of(), Set.of(), Set.of(), Duration.ofSeconds(5));

    boolean asks(Claim claim) {
        return claims.isEmpty() || claims.contains(claim);
    }

    boolean asksRole(String role) {
        return roles.isEmpty() || roles.contains(role);
    }

    boolean asksObject(String object) {
        return objects.isEmpty() || objects.contains(object);
    }
}
