package hedgerow.rls.catalog;

import java.sql.SQLException;

/// An operator.
///
/// @param leftType oid, or 0 for a prefix operator
/// @param function oid of the function that computes it
/// @param leakproof whether that function is
/// @param commutator oid, or 0
/// @param negator oid, or 0
public record Operator(
        long oid,
        String schema,
        String name,
        long leftType,
        long rightType,
        long resultType,
        long function,
        boolean leakproof,
        long commutator,
        long negator) {

    static Operator of(CatalogRow row) throws SQLException {
        return new Operator(
                row.oid("oid"),
                row.text("schema"),
                row.text("name"),
                row.oid("left_type"),
                row.oid("right_type"),
                row.oid("result_type"),
                row.oid("function"),
                row.flag("leakproof"),
                row.oid("commutator"),
                row.oid("negator"));
    }
}
