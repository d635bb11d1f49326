package hedgerow.rls.prove;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// The questions, and the effort for them.
///
/// @param claims all if empty
/// @param roles names; all that a login under review has or can become if empty
/// @param objects in SQL syntax; all if empty
/// @param timeout of one answer of the solver
/// @param budget of processor time, for all questions together; cells beyond it stay unknown
/// @param explain whether proofs state their assumptions
/// @param smt2 a folder to which every question is written, with the answer that was found
public record ProveOptions(
        Set<Claim> claims,
        Set<String> roles,
        Set<String> objects,
        Duration timeout,
        Optional<Duration> budget,
        boolean explain,
        Optional<Path> smt2) {

    /// Options without a budget.
    public ProveOptions(
            Set<Claim> claims,
            Set<String> roles,
            Set<String> objects,
            Duration timeout,
            boolean explain,
            Optional<Path> smt2) {
        this(claims, roles, objects, timeout, Optional.empty(), explain, smt2);
    }

    public static final ProveOptions DEFAULTS =
            new ProveOptions(Set.of(), Set.of(), Set.of(), Duration.ofSeconds(2), false, Optional.empty());

    public ProveOptions within(Duration time) {
        return new ProveOptions(claims, roles, objects, timeout, Optional.of(time), explain, smt2);
    }

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
