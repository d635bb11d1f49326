package hedgerow.rls.catalog;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A user-defined trigger; those of foreign keys are left out.
///
/// @param function oid
/// @param type bits of `pg_trigger.tgtype`: row 1, before 2, insert 4, delete 8, update 16, truncate 32, instead 64
/// @param enabled whether it fires in an ordinary session: neither DISABLED nor only on replicas
/// @param deferred whether it waits for COMMIT, unless SET CONSTRAINTS makes it fire at once
/// @param columns numbers, of `UPDATE OF`; empty for any UPDATE
/// @param whenTree node tree of WHEN
public record Trigger(
        long oid,
        String quoted,
        long function,
        int type,
        boolean enabled,
        boolean deferred,
        List<Long> columns,
        Optional<String> whenTree) {

    private static final Set<String> FIRING = Set.of("O", "A");
    private static final int ROW = 1;
    private static final int BEFORE = 2;
    private static final int TRUNCATE = 32;
    private static final int INSTEAD = 64;

    /// Whether it fires, in an ordinary session, for statements of this command.
    public boolean fires(Policy.Command command) {
        var event = switch (command) {
            case INSERT -> 4;
            case DELETE -> 8;
            case UPDATE -> 16;
            case SELECT, ALL -> 0;
        };
        return enabled && (type & event) != 0;
    }

    public boolean firesOnTruncate() {
        return enabled && (type & TRUNCATE) != 0;
    }

    public boolean ofRows() {
        return (type & ROW) != 0;
    }

    public boolean before() {
        return (type & BEFORE) != 0;
    }

    public boolean instead() {
        return (type & INSTEAD) != 0;
    }

    static Trigger of(CatalogRow row) throws SQLException {
        return new Trigger(
                row.oid("oid"),
                row.text("quoted"),
                row.oid("function"),
                row.number("type"),
                FIRING.contains(row.text("enabled")),
                row.flag("deferred"),
                row.oids("columns"),
                row.optional("when_tree"));
    }
}
