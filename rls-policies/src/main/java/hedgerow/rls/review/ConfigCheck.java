package hedgerow.rls.review;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Settings;
import java.util.List;

/// Checks that configured objects exist: a tenant column that no table has would hide every hole.
record ConfigCheck(Config config, Catalog catalog, Settings settings) {

    void run() {
        var tables = catalog.relationsIn(settings.schemas());
        var missing = config.tenantColumns().stream()
                .filter(name ->
                        tables.stream().noneMatch(table -> table.column(name).isPresent()))
                .map("no table under review has a column %s"::formatted)
                .toList();
        if (!missing.isEmpty()) {
            throw new ConfigProblem(List.copyOf(missing));
        }
    }
}
