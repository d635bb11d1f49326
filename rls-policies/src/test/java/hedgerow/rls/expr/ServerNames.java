package hedgerow.rls.expr;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Names that are queried from the server, all at once.
final class ServerNames implements Names {

    private final Map<Long, Routine> routines = new HashMap<>();
    private final Map<Long, String> operators = new HashMap<>();
    private final Map<Long, String> types = new HashMap<>();
    private final Map<Long, String> relations = new HashMap<>();
    private final Map<String, String> columns = new HashMap<>();

    ServerNames(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            var rows = statement.executeQuery(
                    "select p.oid, nspname, proname, provolatile, proisstrict from pg_proc p join pg_namespace n"
                            + " on n.oid = pronamespace");
            while (rows.next()) {
                var volatility = rows.getString(4).charAt(0);
                routines.put(
                        rows.getLong(1),
                        new Routine(rows.getString(2), rows.getString(3), volatility, rows.getBoolean(5)));
            }
            fill(operators, statement.executeQuery("select oid, oprname from pg_operator"));
            fill(types, statement.executeQuery("select oid, format_type(oid, null) from pg_type"));
            fill(relations, statement.executeQuery("select oid, oid::regclass from pg_class"));
            rows = statement.executeQuery("select attrelid || '.' || attnum, attname from pg_attribute");
            while (rows.next()) {
                columns.put(rows.getString(1), rows.getString(2));
            }
        }
    }

    private static void fill(Map<Long, String> map, java.sql.ResultSet rows) throws SQLException {
        while (rows.next()) {
            map.put(rows.getLong(1), rows.getString(2));
        }
    }

    @Override
    public Optional<Routine> routine(long oid) {
        return Optional.ofNullable(routines.get(oid));
    }

    @Override
    public Optional<String> operator(long oid) {
        return Optional.ofNullable(operators.get(oid));
    }

    @Override
    public Optional<String> type(long oid) {
        return Optional.ofNullable(types.get(oid));
    }

    @Override
    public Optional<String> relation(long oid) {
        return Optional.ofNullable(relations.get(oid));
    }

    @Override
    public Optional<String> column(long relation, int number) {
        return Optional.ofNullable(columns.get(relation + "." + number));
    }

    @Override
    public boolean deterministic(long collation) {
        return true;
    }
}
