package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Catalog.StoredSettings;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Tenancy;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The attackers: roles, the logins that become them, and the settings that the server gives those logins.
final class Entrants {

    private static final Set<String> STORED = Set.of("row_security", "search_path", "plan_cache_mode");

    private final Model model;
    private final Catalog catalog;
    private final Tenancy tenancy;
    private final ProbeOptions options;
    private final Map<Party, Role> tenants;

    Entrants(Model model, Tenancy tenancy, Hints hints, ProbeOptions options) {
        this.options = options;
        this.model = model;
        this.catalog = model.catalog();
        this.tenancy = tenancy;
        this.tenants = tenants(hints);
    }

    /// The roles that are tenants, where the role is the identity.
    Map<Party, Role> tenants() {
        return tenants;
    }

    /// All attacking roles, by name. Superusers are outside of every claim, unless an ordinary login can
    /// become one.
    List<Role> roles() {
        return model.settings().subjects().stream()
                .flatMap(oid -> catalog.role(oid).stream())
                .filter(role -> !role.superuser() || logins(role).anyMatch(login -> !login.superuser()))
                .filter(role -> tenants.isEmpty() || isReachedBy(tenants.get(Party.OWN), role))
                .sorted(Comparator.comparing(Role::name))
                .toList();
    }

    /// The logins from which a role attacks: itself, and each that brings other settings.
    List<Role> of(Role role) {
        var all = new LinkedHashMap<Map<String, String>, Role>();
        logins(role)
                .sorted(Comparator.comparing((Role login) -> login.oid() != role.oid())
                        .thenComparing(Role::name))
                .forEach(login -> all.putIfAbsent(stored(login), login));
        return List.copyOf(all.values());
    }

    /// The settings of a login's session; the more specific ones win.
    Map<String, String> stored(Role login) {
        var settings = new LinkedHashMap<String, String>();
        catalog.storedSettings().stream()
                .filter(each -> each.role() == 0 || each.role() == login.oid())
                .sorted(Comparator.comparing((StoredSettings each) -> each.role() != 0)
                        .thenComparing(each -> each.database() != 0))
                .flatMap(each -> each.settings().stream())
                .map(line -> line.split("=", 2))
                .filter(pair -> pair[0].contains(".") || STORED.contains(pair[0]))
                .forEach(pair -> settings.put(pair[0], pair[1]));
        return settings;
    }

    /// The identities that a session has without setting any: by ALTER ROLE, ALTER DATABASE or a function's
    /// SET.
    Map<Input, List<String>> storedIdentities() {
        var stored = new HashMap<Input, List<String>>();
        for (var input : tenancy.identities()) {
            if (input instanceof Input.Setting(var name)) {
                var lines = Stream.concat(
                        catalog.storedSettings().stream().flatMap(each -> each.settings().stream()),
                        catalog.functions().values().stream()
                                .filter(function -> model.settings().schemas().contains(function.schema()))
                                .flatMap(function -> function.settings().stream()));
                stored.put(
                        input,
                        lines.filter(line -> line.startsWith(name + "="))
                                .map(line -> line.substring(name.length() + 1))
                                .filter(value -> !value.isBlank())
                                .distinct()
                                .toList());
            }
        }
        return stored;
    }

    private boolean isReachedBy(Role login, Role role) {
        return model.gates().roles().actsAs(login.oid()).contains(role.oid());
    }

    /// Whether attacks as this role are requested: the login from which they start can become it.
    boolean isAsked(Role role) {
        return options.logins().isEmpty() || logins(role).findAny().isPresent();
    }

    private Stream<Role> logins(Role role) {
        return model.settings().logins().stream()
                .flatMap(oid -> catalog.role(oid).stream())
                .filter(login -> options.asksLogin(login.name()))
                .filter(login -> isReachedBy(login, role));
    }

    /// The logins that are tenants themselves: preferably two of which one can become the other.
    private Map<Party, Role> tenants(Hints hints) {
        if (tenancy.identities().stream().anyMatch(input -> !(input instanceof Input.User))
                || Stream.concat(tenancy.identities().stream(), hints.inputs().keySet().stream())
                                .noneMatch(Input.User.class::isInstance)
                        && !hints.asksForRoles()) {
            return Map.of();
        }
        var logins = Stream.concat(model.settings().logins().stream(), model.settings().subjects().stream())
                .distinct()
                .flatMap(oid -> catalog.role(oid).stream())
                .filter(role -> !role.isExempt() && readsSomething(role))
                .sorted(Comparator.comparing((Role role) -> !role.login()).thenComparing(Role::name))
                .toList();
        for (var own : logins) {
            for (var foreign : logins) {
                if (own != foreign && isReachedBy(own, foreign)) {
                    return Map.of(Party.OWN, own, Party.FOREIGN, foreign);
                }
            }
        }
        return switch (logins.size()) {
            case 0 -> Map.of();
            case 1 -> Map.of(Party.OWN, logins.getFirst());
            default -> Map.of(Party.OWN, logins.get(0), Party.FOREIGN, logins.get(1));
        };
    }

    private boolean readsSomething(Role role) {
        return catalog.relationsIn(model.settings().schemas()).stream()
                .filter(table -> table.isTable() && table.rowSecurity())
                .anyMatch(table -> model.gates().may(role.oid(), table, Policy.Command.SELECT));
    }
}
