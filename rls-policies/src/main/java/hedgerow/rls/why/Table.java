package hedgerow.rls.why;

import hedgerow.rls.why.Explanation.Command;
import hedgerow.rls.why.Explanation.Privilege;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A relation as the current role of a connection finds it.
///
/// @param kind `pg_class.relkind`
/// @param sql `schema.table`, quoted where SQL needs it
/// @param alias its own name, quoted likewise, by which its policies call it
/// @param exemption why no policy binds the role; empty if policies do
record Table(
        long oid,
        char kind,
        String sql,
        String alias,
        String role,
        Optional<String> exemption,
        Map<Command, Privilege> privileges) {

    private static final String COLUMNS = """
        select c.oid, c.relkind, format('%I.%I', n.nspname, c.relname), quote_ident(c.relname), current_user,
               case when c.relkind not in ('r', 'p') then 'it is not a table'
                    when row_security_active(c.oid) then null
                    when not c.relrowsecurity then 'row security is not enabled on the table'
                    when self.rolsuper then format('%I is a superuser', self.rolname)
                    when self.rolbypassrls then format('%I has BYPASSRLS', self.rolname)
                    when c.relowner = self.oid
                        then format('%I owns the table, and row security is not forced', self.rolname)
                    else format('%I has the rights of the owner %I, and row security is not forced',
                                self.rolname, pg_get_userbyid(c.relowner))
               end,
               has_schema_privilege(n.oid, 'usage'),
               has_table_privilege(c.oid, 'select'), columns.selected,
               has_table_privilege(c.oid, 'insert'), columns.inserted,
               has_table_privilege(c.oid, 'update'), columns.updated,
               has_table_privilege(c.oid, 'delete'), array[]::text[]
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_roles self on self.rolname = current_user
         cross join lateral (
               select array_agg(quote_ident(attname) order by attnum)
                        filter (where has_column_privilege(c.oid, attnum, 'select')) as selected,
                      array_agg(quote_ident(attname) order by attnum)
                        filter (where has_column_privilege(c.oid, attnum, 'insert')) as inserted,
                      array_agg(quote_ident(attname) order by attnum)
                        filter (where has_column_privilege(c.oid, attnum, 'update')) as updated
                 from pg_catalog.pg_attribute
                where attrelid = c.oid and attnum > 0 and not attisdropped) columns
         where c.relkind in ('r', 'p', 'v', 'm', 'f')
        """;

    private static final String BY_NAME = COLUMNS + " and n.nspname = ? and c.relname = ?";

    private static final String BY_OID = COLUMNS + " and c.oid = cast(? as bigint)";

    /// The query for a table without a schema, along the search path.
    private static final String BY_WRITTEN_NAME = COLUMNS + """
           and c.oid = (select found.oid
                          from parse_ident(?) written
                          join pg_catalog.pg_class found on found.relname = written[array_upper(written, 1)]
                          join pg_catalog.pg_namespace within on within.oid = found.relnamespace
                         where array_length(written, 1) = 2 and within.nspname = written[1]
                            or array_length(written, 1) = 1 and within.nspname = any (current_schemas(false))
                         order by array_position(current_schemas(false), within.nspname)
                         limit 1)
        """;

    static Optional<Table> named(Connection connection, String schema, String table) throws SQLException {
        return find(connection, BY_NAME, schema, table);
    }

    /// Finds a table by its name.
    ///
    /// @param name in SQL syntax, with or without its schema
    static Optional<Table> written(Connection connection, String name) throws SQLException {
        return find(connection, BY_WRITTEN_NAME, name);
    }

    /// This table as another role finds it.
    Table again(Connection connection) throws SQLException {
        return find(connection, BY_OID, Long.toString(oid)).orElseThrow();
    }

    private static Optional<Table> find(Connection connection, String sql, String... values) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            set(statement, List.of(values));
            try (var rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(read(rows)) : Optional.empty();
            }
        }
    }

    static void set(PreparedStatement statement, List<String> values) throws SQLException {
        var index = 0;
        for (var value : values) {
            statement.setString(++index, value);
        }
    }

    private static Table read(ResultSet row) throws SQLException {
        var privileges = new EnumMap<Command, Privilege>(Command.class);
        var usage = row.getBoolean(7);
        var index = 8;
        for (var command : Command.values()) {
            var whole = row.getBoolean(index++);
            var columns = row.getArray(index++);
            var names = whole || columns == null ? List.<String>of() : List.of((String[]) columns.getArray());
            privileges.put(command, new Privilege(usage, whole, names));
        }
        return new Table(
                row.getLong(1),
                row.getString(2).charAt(0),
                row.getString(3),
                row.getString(4),
                row.getString(5),
                Optional.ofNullable(row.getString(6)),
                privileges);
    }

    Privilege privilege(Command command) {
        return privileges.get(command);
    }

    boolean isExempt() {
        return exemption.isPresent();
    }
}
