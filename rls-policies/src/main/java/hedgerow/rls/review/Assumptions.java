package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The assumptions of a review, and the source of each.
record Assumptions(Config config, Catalog catalog, Settings settings) {

    List<String> lines() {
        var lines = new ArrayList<String>();
        config.file().ifPresent(file -> lines.add("configuration: " + file));
        var tables = catalog.relationsIn(settings.schemas()).stream()
                .filter(Relation::isTable)
                .count();
        lines.add("schemas: %s (%s), with %d tables"
                .formatted(
                        names(settings.schemas()),
                        from(config.schemas(), "all that are not the system's or an extension's"),
                        tables));
        lines.add("login roles: %s (%s)".formatted(names(roles(settings.logins())), fromRoles()));
        if (!settings.apiRoles().isEmpty()) {
            lines.add("clients speak to the database themselves, as: " + names(roles(settings.apiRoles())));
        }
        lines.add("tenant columns: %s (%s)"
                .formatted(
                        names(settings.tenantColumns()),
                        from(config.tenantColumns(), "compared with a session value by policies, or usual names")));
        lines.add("session variables: %s (%s)"
                .formatted(
                        names(settings.variables()),
                        from(config.tenantVariables().keySet(), "read by policies and their functions")));
        lines.add("tables with rows of tenants: %d of %d, %d shared"
                .formatted(
                        settings.tenantTables().size(),
                        tables,
                        settings.sharedTables().size()));
        return lines;
    }

    private List<String> roles(Collection<Long> oids) {
        return oids.stream()
                .map(catalog::role)
                .flatMap(Optional::stream)
                .map(Role::name)
                .toList();
    }

    private static String names(Collection<String> names) {
        return names.isEmpty()
                ? "none"
                : String.join(", ", names.stream().sorted().toList());
    }

    private String fromRoles() {
        return config.platformLogins().isEmpty()
                ? from(
                        config.loginRoles(),
                        "all that can log in and are not superusers; if there are none, all that are given something")
                : "those of the platform's requests, and all that can log in and are neither superusers nor the"
                        + " platform's own software";
    }

    private static String from(Collection<String> configured, String inferred) {
        return configured.isEmpty() ? inferred : "configured";
    }
}
