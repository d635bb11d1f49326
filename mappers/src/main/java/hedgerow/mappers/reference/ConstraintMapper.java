package hedgerow.mappers.reference;

import java.util.List;

/// Constraints of the schema, from the catalog.
public interface ConstraintMapper {

    /// The columns that a constraint or unique index is about, in their order, without tenant and mode; empty if there
    /// is neither.
    List<String> columns(String table, String constraint);
}
