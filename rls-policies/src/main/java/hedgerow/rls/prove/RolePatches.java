package hedgerow.rls.prove;

import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.RoleMembership;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Patches of a role that no policy binds, or that somebody wrongly can become.
final class RolePatches {

    private RolePatches() {}

    static List<Candidate> of(State state, Role role, List<Relation> tables) {
        var found = new ArrayList<Candidate>();
        var attribute = role.superuser() ? "nosuperuser nobypassrls" : "nobypassrls";
        var bound = "alter role %s %s".formatted(role.quoted(), attribute);
        var change = "row security binds %s".formatted(role.quoted());
        if (role.isExempt()) {
            found.add(Candidate.of(change, bound));
        }
        // A role that nobody logs in as is exempt for the sake of others.
        found.addAll(role.login() ? found.size() : 0, unreachable(state, role));
        if (role.isExempt() && tables.size() == 1) {
            state.conditions()
                    .of(tables.getFirst())
                    .forEach(condition -> found.add(Candidate.of(
                            change + ", which has a policy of its own",
                            bound,
                            "create policy tenant_%s on %s to %s using (%s)"
                                    .formatted(
                                            role.name().replaceAll("\\W", "_"),
                                            tables.getFirst().quoted(),
                                            role.quoted(),
                                            condition))));
        }
        return found;
    }

    /// Patches that keep everybody from becoming the role: revoked from those to whom it was granted
    /// directly.
    static List<Candidate> unreachable(State state, Role role) {
        var members = state.model().catalog().memberships().stream()
                .filter(membership -> membership.role() == role.oid())
                .map(RoleMembership::member)
                .distinct()
                .flatMap(member -> state.model().catalog().role(member).stream())
                .filter(member -> state.model().settings().subjects().contains(member.oid()))
                .map(Role::quoted)
                .toList();
        var all = members.stream()
                .map(member -> "revoke %s from %s".formatted(role.quoted(), member))
                .toList();
        var change = "nobody becomes %s".formatted(role.quoted());
        return all.size() < 2
                ? all.stream().map(one -> Candidate.of(change, one)).toList()
                : Stream.of(new Candidate(all, change)).toList();
    }
}
