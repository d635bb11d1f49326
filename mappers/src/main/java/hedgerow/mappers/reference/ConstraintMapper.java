package hedgerow.mappers.reference;

import java.util.List;

/// Constraints of the schema, from the catalog.
public interface ConstraintMapper {

    /// The columns that a CHECK constraint reads, in their order; empty if there is no such constraint.
    List<String> columns(String table, String constraint);
}
