package hedgerow.rls.catalog;

import java.sql.SQLException;
import java.util.Optional;

/// A trigger that somebody made; those of foreign keys are left out.
///
/// @param function oid
/// @param type bits of `pg_trigger.tgtype`: row 1, before 2, insert 4, delete 8, update 16, truncate 32, instead 64
/// @param enabled not DISABLED
/// @param whenTree node tree of WHEN
public record Trigger(long oid, String quoted, long function, int type, boolean enabled, Optional<String> whenTree) {

    static Trigger of(Row row) throws SQLException {
        return new Trigger(
                row.oid("oid"),
                row.text("quoted"),
                row.oid("function"),
                row.number("type"),
                !row.text("enabled").equals("D"),
                row.optional("when_tree"));
    }
}
