package hedgerow.rls.body;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// The types of variables: their spelling in SQL, and which of them are rows of a table.
///
/// Everything in its queries is qualified, because the search path is that of a possibly untrusted
/// function.
final class RowTypes {

    static final long BOOL = 16;
    static final long INT = 23;
    static final long TEXT = 25;
    static final long NAME = 19;
    static final long OID = 26;
    static final long TEXT_ARRAY = 1009;
    static final long TIMESTAMP = 1114;
    static final long TIMESTAMPTZ = 1184;
    static final long TSVECTOR = 3614;
    static final long RECORD = 2249;
    static final long VOID = 2278;
    static final long TRIGGER = 2279;

    private static final String ROWS = """
        select typ.oid, typ.typarray, typ.typrelid
          from pg_catalog.pg_type typ
         where typ.typrelid operator(pg_catalog.<>) 0
        """;

    private final Connection connection;
    private final Catalog catalog;
    private final Map<Long, Relation> rows = new HashMap<>();
    private final Map<Long, Relation> arrays = new HashMap<>();

    RowTypes(Connection connection, Catalog catalog) throws SQLException {
        this.connection = connection;
        this.catalog = catalog;
        try (var statement = connection.createStatement();
                var found = statement.executeQuery(ROWS)) {
            while (found.next()) {
                var type = found.getLong(1);
                var array = found.getLong(2);
                catalog.relation(found.getLong(3)).ifPresent(relation -> {
                    rows.put(type, relation);
                    arrays.put(array, relation);
                });
            }
        }
    }

    /// The table whose rows the type has.
    Optional<Relation> relation(long type) {
        return Optional.ofNullable(rows.get(type));
    }

    /// The type in SQL syntax.
    ///
    /// @throws NotModelled if no variable can have the type
    String spelled(long type) {
        if (rows.containsKey(type)) {
            return spelled(rows.get(type));
        }
        if (arrays.containsKey(type)) {
            return spelled(arrays.get(type)) + "[]";
        }
        return catalog.type(type)
                .filter(known -> known.kind() != 'p')
                .map(known -> Named.quoted(known.schema()) + "." + Named.quoted(known.name()))
                .orElseThrow(() -> new NotModelled("a variable of type "
                        + catalog.type(type).map(known -> known.quoted()).orElse("unknown")));
    }

    static String spelled(Relation relation) {
        return Named.quoted(relation.schema()) + "." + Named.quoted(relation.name());
    }

    /// The type that a text names under the present search path.
    Optional<Long> type(String text) {
        return oid("select pg_catalog.to_regtype(?)::pg_catalog.oid", text);
    }

    /// The table that a text names under the present search path.
    Optional<Relation> table(String text) {
        return oid("select pg_catalog.to_regclass(?)::pg_catalog.oid", text).flatMap(catalog::relation);
    }

    private Optional<Long> oid(String query, String text) {
        try {
            var savepoint = connection.setSavepoint();
            try (var statement = connection.prepareStatement(query)) {
                statement.setString(1, text);
                try (var row = statement.executeQuery()) {
                    row.next();
                    var oid = row.getLong(1);
                    return row.wasNull() ? Optional.empty() : Optional.of(oid);
                }
            } catch (SQLException e) {
                return Optional.empty();
            } finally {
                connection.rollback(savepoint);
                connection.releaseSavepoint(savepoint);
            }
        } catch (SQLException e) {
            throw new NotModelled("the type %s: %s".formatted(text, e.getMessage()));
        }
    }
}
