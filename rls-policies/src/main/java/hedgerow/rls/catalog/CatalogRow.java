package hedgerow.rls.catalog;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The current row of a result. Short texts that recur are kept once.
final class CatalogRow {

    private static final int SHORT = 64;

    private final ResultSet rows;
    private final Map<String, String> kept = new HashMap<>();

    CatalogRow(ResultSet rows) {
        this.rows = rows;
    }

    boolean next() throws SQLException {
        return rows.next();
    }

    String text(String column) throws SQLException {
        return once(rows.getString(column));
    }

    Optional<String> optional(String column) throws SQLException {
        return Optional.ofNullable(rows.getString(column)).map(this::once);
    }

    /// The oid, or 0 for NULL.
    long oid(String column) throws SQLException {
        return rows.getLong(column);
    }

    int number(String column) throws SQLException {
        return rows.getInt(column);
    }

    double real(String column) throws SQLException {
        return rows.getDouble(column);
    }

    boolean flag(String column) throws SQLException {
        return rows.getBoolean(column);
    }

    List<Long> oids(String column) throws SQLException {
        return List.of((Long[]) rows.getArray(column).getArray());
    }

    List<String> texts(String column) throws SQLException {
        return Stream.of((String[]) rows.getArray(column).getArray())
                .map(this::once)
                .toList();
    }

    /// The one of `values` that has the catalog's letter.
    <E extends Enum<E> & Coded> E code(String column, E[] values) throws SQLException {
        var code = rows.getString(column);
        return Stream.of(values)
                .filter(value -> code.length() == 1 && value.code() == code.charAt(0))
                .findFirst()
                .orElseThrow(() -> new SQLException("unknown %s in the catalog: %s".formatted(column, code)));
    }

    /// An enum whose values the catalog writes as single letters.
    interface Coded {
        char code();
    }

    private String once(String text) {
        if (text == null || text.length() > SHORT) {
            return text;
        }
        var known = kept.putIfAbsent(text, text);
        return known == null ? text : known;
    }
}
