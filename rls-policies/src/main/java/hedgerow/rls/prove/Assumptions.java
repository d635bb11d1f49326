package hedgerow.rls.prove;

import hedgerow.rls.catalog.Grant;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Collects the assumptions of verdicts beyond the catalog.
final class Assumptions {

    static final List<String> RISKS = List.of(
            "Timing, statistics, EXPLAIN and error messages are not looked at.",
            "A unique key that does not start with the tenant reveals that another tenant has such a value.",
            "Sequences, NOTIFY, advisory locks and large objects are shared by all tenants.",
            "Under READ COMMITTED a policy's sub-select may see an older state than the row that it guards.");

    /// The superuser that initdb creates.
    private static final long BOOTSTRAP = 10;

    private static final int MOST_NAMES = 12;

    private final Model model;
    private final Tenancy tenancy;

    Assumptions(Model model, Tenancy tenancy) {
        this.model = model;
        this.tenancy = tenancy;
    }

    List<String> lines() {
        var lines = new ArrayList<String>();
        var inputs = tenancy.identities().stream()
                .map(input -> input.print(model.names()))
                .distinct()
                .collect(Collectors.joining(", "));
        lines.add(
                inputs.isEmpty()
                        ? "Policies compare no column with the session, so that rows have no known owner."
                        : "A session's identity (%s) is set by somebody who may set it.".formatted(inputs));
        if (!tenancy.isDirect() && !tenancy.memberships().isEmpty()) {
            lines.add("A row belongs to those whose memberships lead to it.");
        }
        var superusers = model.catalog().roles().values().stream()
                .filter(role -> role.superuser()
                        && role.oid() != BOOTSTRAP
                        && !role.name().startsWith("pg_"))
                .map(Role::name)
                .collect(Collectors.joining(", "));
        if (!superusers.isEmpty()) {
            lines.add("Superusers are outside of every claim: %s.".formatted(superusers));
        }
        var setters = model.callableSetters();
        if (!inputs.isEmpty() && !setters.isEmpty()) {
            lines.add("Sessions may also set it by calling %s.".formatted(some(setters)));
        }
        if (!model.settings().apiRoles().isEmpty()) {
            lines.add("The claim of a client's role is the role that its session has.");
        }
        var attaching = attaching();
        if (!attaching.isEmpty()) {
            lines.add("Roles that have TRIGGER on tables of tenants attach no code to them: %s.".formatted(attaching));
        }
        var deferred = model.deferredSetters();
        if (!deferred.isEmpty()) {
            lines.add("Triggers that are deferred and may set the session fire at COMMIT, and not by SET CONSTRAINTS"
                    + " within"
                    + " another trigger: %s.".formatted(String.join(", ", deferred)));
        }
        lines.add("Functions that are marked LEAKPROOF are.");
        return lines;
    }

    private static String some(List<String> names) {
        return names.size() <= MOST_NAMES
                ? String.join(", ", names)
                : "%s and %d more"
                        .formatted(String.join(", ", names.subList(0, MOST_NAMES)), names.size() - MOST_NAMES);
    }

    /// An assumption about attached code, which would run with the rights of whoever writes.
    private String attaching() {
        return model.settings().subjects().stream()
                .flatMap(oid -> model.catalog().role(oid).stream())
                .filter(role -> !role.superuser()
                        && tenancy.tables().stream()
                                .anyMatch(table -> !model.gates()
                                                .roles()
                                                .inherited(role.oid())
                                                .contains(table.owner())
                                        && model.gates().roles().reaches(holders(table), role.oid())))
                .map(Role::name)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static List<Long> holders(Relation table) {
        return table.grants().stream()
                .filter(grant -> grant.privilege().equals("TRIGGER"))
                .map(Grant::grantee)
                .toList();
    }
}
