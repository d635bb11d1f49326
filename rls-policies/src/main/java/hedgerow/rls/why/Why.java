package hedgerow.rls.why;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Explains which policies admit or deny each command on one row, to the role and the session variables of
/// a connection.
///
/// The server itself evaluates the policies on the row. A hidden row yields the same result as one that
/// does not exist. [Inquiry] explains for another role.
public final class Why {

    private static final String KEY = """
        select quote_ident(attname), format_type(atttypid, atttypmod)
          from pg_catalog.pg_attribute
         where attrelid = ? and attname = ? and attnum > 0 and not attisdropped
        """;

    private final Connection connection;

    /// An explanation for the session of a connection.
    ///
    /// @param connection bound as the session to be explained; nothing is written
    public Why(Connection connection) {
        this.connection = connection;
    }

    /// Explains one row.
    ///
    /// @param key column names and the values, as text, that pick one row
    /// @return empty if the session sees no such row, or there is no such table or column
    /// @throws SQLException if the server refuses a value or a policy fails
    public Optional<Explanation> explain(String schema, String table, Map<String, String> key) throws SQLException {
        var found = Table.named(connection, schema, table).filter(each -> each.kind() == 'r' || each.kind() == 'p');
        if (found.isEmpty() || key.isEmpty()) {
            return Optional.empty();
        }
        var conditions = new ArrayList<String>();
        for (var name : key.keySet()) {
            var column = column(found.get(), name);
            if (column.isEmpty()) {
                return Optional.empty();
            }
            conditions.add(column.get());
        }
        var fence = Fence.of(found.get(), connection);
        var from = "from %s where %s".formatted(found.get().sql(), String.join(" and ", conditions));
        return new Evaluation(connection, from, List.copyOf(key.values()))
                .atOnce(fence.expressions())
                .map(results -> new Explanation(
                        found.get().sql(),
                        found.get().role(),
                        found.get().exemption(),
                        Map.of(),
                        Map.of(),
                        fence.verdicts(results, Map.of()),
                        List.of()));
    }

    /// A condition on a column, `"column" = cast(? as its type)`.
    private Optional<String> column(Table table, String name) throws SQLException {
        try (var statement = connection.prepareStatement(KEY)) {
            statement.setLong(1, table.oid());
            statement.setString(2, name);
            try (var rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of("%s = cast(? as %s)".formatted(rows.getString(1), rows.getString(2)))
                        : Optional.empty();
            }
        }
    }
}
