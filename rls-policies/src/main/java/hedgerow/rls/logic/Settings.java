package hedgerow.rls.logic;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The results of `settings.sql`, which runs before the rules. Numbers are oids.
///
/// @param schemas under review
/// @param subjects the logins, every role that they can become, and 0 for PUBLIC
/// @param logins login roles under review, superusers excepted
/// @param apiRoles roles as which clients themselves query the database
/// @param tenantColumns names of columns that hold the tenant
/// @param tenantTables tables under review that hold rows of tenants
/// @param sharedTables tables declared as shared by all tenants
/// @param variables session variables that policies read
public record Settings(
        Set<String> schemas,
        Set<Long> subjects,
        Set<Long> logins,
        Set<Long> apiRoles,
        List<String> tenantColumns,
        Set<Long> tenantTables,
        Set<Long> sharedTables,
        List<String> variables) {

    public Settings {
        schemas = sorted(schemas);
        subjects = sorted(subjects);
        logins = sorted(logins);
        apiRoles = sorted(apiRoles);
        tenantColumns = List.copyOf(tenantColumns);
        tenantTables = sorted(tenantTables);
        sharedTables = sorted(sharedTables);
        variables = List.copyOf(variables);
    }

    /// Questions are the same in every process, which the order of [Set#copyOf] is not.
    private static <T extends Comparable<T>> Set<T> sorted(Set<T> set) {
        return Collections.unmodifiableSortedSet(new TreeSet<>(set));
    }

    /// Whether one of these roles is a subject; 0 is PUBLIC.
    public boolean reachesAny(Collection<Long> roles) {
        return roles.stream().anyMatch(subjects::contains);
    }
}
