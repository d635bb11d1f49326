package hedgerow.mappers.reference;

import java.util.List;

/// Constraints of the schema, from the catalog.
public interface ConstraintMapper {

    /// The columns of a constraint or unique index, in their order, without tenant and mode; empty if there
    /// is no such constraint or index.
    List<String> columns(String table, String constraint);
}
