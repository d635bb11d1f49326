package hedgerow.rls.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// A policy of one table.
///
/// @param roles oids; 0 is PUBLIC
/// @param usingTree node tree of USING, as `pg_policy.polqual` holds it
/// @param usingSql the same as SQL, which cannot always be parsed again
/// @param checkTree node tree of WITH CHECK, if there is one; without it UPDATE and ALL fall back on USING
public record Policy(
        long oid,
        String name,
        String quoted,
        boolean permissive,
        Command command,
        List<Long> roles,
        Optional<String> usingTree,
        Optional<String> usingSql,
        Optional<String> checkTree,
        Optional<String> checkSql) {

    /// The command to which a policy applies.
    public enum Command implements CatalogRow.Coded {
        ALL('*'),
        SELECT('r'),
        INSERT('a'),
        UPDATE('w'),
        DELETE('d');

        private final char code;

        Command(char code) {
            this.code = code;
        }

        @Override
        public char code() {
            return code;
        }
    }

    /// Reads a policy.
    ///
    /// @param row of `policies.sql`, or with the same columns
    public static Policy read(ResultSet row) throws SQLException {
        return of(new CatalogRow(row));
    }

    static Policy of(CatalogRow row) throws SQLException {
        return new Policy(
                row.oid("oid"),
                row.text("name"),
                row.text("quoted"),
                row.flag("permissive"),
                row.code("command", Command.values()),
                row.oids("roles"),
                row.optional("using_tree"),
                row.optional("using_sql"),
                row.optional("check_tree"),
                row.optional("check_sql"));
    }

    /// Whether it applies to `asked`, which is not ALL.
    public boolean covers(Command asked) {
        return command == Command.ALL || command == asked;
    }
}
