package hedgerow.rls.catalog;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A trigger that somebody made; those of foreign keys are left out.
///
/// @param function oid
/// @param type bits of `pg_trigger.tgtype`: row 1, before 2, insert 4, delete 8, update 16, truncate 32, instead 64
/// @param enabled whether it fires in an ordinary session: neither DISABLED nor for replicas alone
/// @param columns numbers, of `UPDATE OF`; empty for any UPDATE
/// @param whenTree node tree of WHEN
public record Trigger(
        long oid,
        String quoted,
        long function,
        int type,
        boolean enabled,
        List<Long> columns,
        Optional<String> whenTree) {

    private static final Set<String> FIRING = Set.of("O", "A");

    static Trigger of(Row row) throws SQLException {
        return new Trigger(
                row.oid("oid"),
                row.text("quoted"),
                row.oid("function"),
                row.number("type"),
                FIRING.contains(row.text("enabled")),
                row.oids("columns"),
                row.optional("when_tree"));
    }
}
