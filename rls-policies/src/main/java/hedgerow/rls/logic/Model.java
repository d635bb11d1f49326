package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Inliner;
import java.util.Set;
import java.util.stream.Collectors;

/// A snapshot with all that is asked of it.
///
/// @param parents tables that others inherit from, partitioned ones excepted: their keys do not span
///     their heirs
public record Model(Catalog catalog, Settings settings, Policies policies, Gates gates, Set<Long> parents) {

    /// @param others bodies of functions that the catalog has not read
    public static Model of(Catalog catalog, Settings settings, Inliner.Bodies others) {
        var parents = catalog.relations().values().stream()
                .filter(relation -> !relation.partition())
                .flatMap(relation -> relation.parents().stream())
                .collect(Collectors.toSet());
        return new Model(catalog, settings, new Policies(catalog, others), new Gates(catalog), parents);
    }

    public CatalogNames names() {
        return policies.names();
    }

    public boolean hasHeirs(Relation table) {
        return parents.contains(table.oid());
    }
}
