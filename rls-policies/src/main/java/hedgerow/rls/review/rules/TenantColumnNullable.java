package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;

/// Reports a tenant column that may be NULL.
final class TenantColumnNullable implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.tables()
                .filter(table -> analysis.settings.tenantTables().contains(table.oid()))
                .flatMap(table -> table.columns().stream()
                        .filter(column ->
                                analysis.settings.tenantColumns().contains(column.name()) && !column.notNull())
                        .map(column -> new Hit(
                                "%s.%s".formatted(table.quoted(), column.quoted()),
                                "a row may have no tenant: keys and checks pass on NULL, and no tenant sees it",
                                Optional.of("alter table %s alter column %s set not null"
                                        .formatted(table.quoted(), column.quoted())),
                                !analysis.subjects
                                        .may(table, Policy.Command.INSERT)
                                        .isEmpty()))));
    }
}
