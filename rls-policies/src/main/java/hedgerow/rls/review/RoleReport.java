package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.logic.Settings;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reports the roles that row security binds, those that it does not bind, and the reasons.
final class RoleReport {

    private final Catalog catalog;
    private final Settings settings;
    private final Gates gates;
    private final List<Relation> unforced;

    RoleReport(Catalog catalog, Settings settings) {
        this.catalog = catalog;
        this.settings = settings;
        this.gates = new Gates(catalog);
        this.unforced = catalog.relationsIn(settings.schemas()).stream()
                .filter(relation -> relation.rowSecurity() && !relation.forced())
                .toList();
    }

    /// A line that states whether row security binds the connected role.
    String connection() {
        var role = catalog.role(catalog.server().userOid());
        var reason = role.flatMap(this::exemption);
        return "connected as %s%s: row security %s this connection"
                .formatted(
                        catalog.server().user(),
                        reason.map(why -> ", which " + why).orElse(""),
                        reason.isPresent() ? "does not bind" : "binds");
    }

    /// The login roles, including superusers, and the roles that those under review can become; by name.
    List<ReviewedRole> roles() {
        var logins = catalog.roles().values().stream()
                .filter(role -> role.login() || settings.logins().contains(role.oid()));
        var others = settings.logins().stream().flatMap(login -> gates.roles().canBecome(login).stream());
        return Stream.concat(logins, others)
                .distinct()
                .sorted(Comparator.comparing(Role::name))
                .map(this::reviewed)
                .toList();
    }

    private ReviewedRole reviewed(Role role) {
        var exemption = exemption(role);
        var becomes = role.superuser()
                ? List.<String>of()
                : gates.roles().canBecome(role.oid()).stream().map(Role::name).toList();
        var why = exemption.orElse("row security binds it on every table that has it");
        return new ReviewedRole(role.name(), role.login(), exemption.isEmpty(), why, becomes);
    }

    /// The reason for a role's exemption, by itself or by a role that it can become, such as `is a
    /// superuser`.
    private Optional<String> exemption(Role role) {
        return Stream.of(attribute(role), owned(role), reached(role))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> attribute(Role role) {
        if (role.superuser()) {
            return Optional.of("is a superuser");
        }
        return role.bypasses() ? Optional.of("has BYPASSRLS") : Optional.empty();
    }

    private Optional<String> owned(Role role) {
        var count = unforced.stream()
                .filter(table -> gates.isExempt(role.oid(), table))
                .count();
        return count == 0
                ? Optional.empty()
                : Optional.of("owns %d %s without FORCE".formatted(count, count == 1 ? "table" : "tables"));
    }

    private Optional<String> reached(Role role) {
        return gates.roles().actsAs(role.oid()).stream()
                .map(catalog::role)
                .flatMap(Optional::stream)
                .filter(other -> !other.equals(role))
                .sorted(Comparator.comparing(Role::name))
                .flatMap(other -> Stream.of(attribute(other), owned(other))
                        .flatMap(Optional::stream)
                        .map(why -> "can become %s, which %s".formatted(other.name(), why)))
                .findFirst();
    }
}
