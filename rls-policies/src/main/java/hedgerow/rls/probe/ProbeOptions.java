package hedgerow.rls.probe;

import hedgerow.rls.prove.Claim;
import java.time.Duration;
import java.util.Set;

/// The extent and the manner of an attack.
///
/// @param claims all if empty
/// @param logins names of those that attacks start from; every login if empty
/// @param roles names; every login and all that it can become if empty
/// @param objects as SQL spells them; all if empty
/// @param timeout of one statement
/// @param seed that the values of rows and random statements follow from: the same one makes the same
/// @param fuzz how many random statements are sent, instead of the attacks of the list; 0 for the list
public record ProbeOptions(
        Set<Claim> claims,
        Set<String> logins,
        Set<String> roles,
        Set<String> objects,
        Duration timeout,
        long seed,
        long fuzz) {

    public static final ProbeOptions DEFAULTS =
            new ProbeOptions(Set.of(), Set.of(), Set.of(), Set.of(), Duration.ofSeconds(5), 0, 0);

    /// The claims that random statements may break.
    public static final Set<Claim> FUZZED = Set.of(Claim.DISJOINT_READS, Claim.WRITES_STAY_HOME);

    /// These options, but with random statements.
    public ProbeOptions fuzzing(long statements, long from) {
        return new ProbeOptions(claims, logins, roles, objects, timeout, from, statements);
    }

    boolean asks(Claim claim) {
        return claims.isEmpty() || claims.contains(claim);
    }

    boolean asksLogin(String login) {
        return logins.isEmpty() || logins.contains(login);
    }

    boolean asksRole(String role) {
        return roles.isEmpty() || roles.contains(role);
    }

    boolean asksObject(String object) {
        return objects.isEmpty() || objects.contains(object);
    }
}
