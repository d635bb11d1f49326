package hedgerow.rls.review;

import java.util.List;

/// The extent of a review.
///
/// @param schemas by name
/// @param tables ordinary and partitioned ones in these schemas
/// @param tenantTables those with rows of tenants
/// @param sharedTables those declared as shared by all tenants
/// @param policies on these tables
/// @param rules that ran
public record Coverage(List<String> schemas, int tables, int tenantTables, int sharedTables, int policies, int rules) {

    public Coverage {
        schemas = List.copyOf(schemas);
    }
}
