package hedgerow.rls.copy;

import hedgerow.rls.copy.Dependencies.Edge;
import hedgerow.rls.copy.Piece.Key;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// All statements that recreate a database, written by its own server. None of them runs there.
///
/// @param denied one line for each query that this role may not run
record CatalogSide(List<Piece> pieces, List<Edge> edges, List<String> denied) {

    private static final String DENIED = "42501";
    private static final int BATCH = 2_000;

    @FunctionalInterface
    private interface Reading<T> {
        T read(Columns row) throws SQLException;
    }

    /// A row whose columns differ from query to query.
    private record Columns(ResultSet row, Set<String> names) {

        Optional<String> text(String column) throws SQLException {
            return names.contains(column) ? Optional.ofNullable(row.getString(column)) : Optional.empty();
        }

        Optional<Key> relation() throws SQLException {
            var oid = names.contains("relation") ? row.getLong("relation") : 0;
            return oid == 0 ? Optional.empty() : Optional.of(new Key(RELATIONS, oid));
        }

        Key key(String catalog, String object) throws SQLException {
            return new Key(row.getLong(catalog), row.getLong(object));
        }
    }

    /// The oid of `pg_class` on every server.
    private static final long RELATIONS = 1259;

    /// Reads the statements.
    ///
    /// @param connection in a transaction, which is rolled back afterwards
    static CatalogSide read(Connection connection) throws SQLException {
        execute(connection, text("session"));
        var denied = new ArrayList<String>();
        var pieces = new ArrayList<Piece>();
        for (var step : Step.values()) {
            pieces.addAll(list(connection, step.query(), row -> piece(step, row), denied));
        }
        return new CatalogSide(pieces, list(connection, "dependencies", CatalogSide::edge, denied), denied);
    }

    /// The names of tables with rows.
    static List<String> filled(Connection connection) throws SQLException {
        return list(connection, "filled", row -> row.text("name").orElseThrow(), new ArrayList<>());
    }

    private static Piece piece(Step step, Columns row) throws SQLException {
        var statement = row.text("statement");
        return new Piece(
                step,
                row.key("class", "object"),
                row.text("name").orElseThrow(),
                statement,
                row.text("actor"),
                statement.isPresent() ? Optional.empty() : row.text("reason"),
                row.relation());
    }

    private static Edge edge(Columns row) throws SQLException {
        return new Edge(
                row.key("class", "object"),
                row.key("needed_class", "needed"),
                row.row().getBoolean("part"),
                row.text("name").orElse(""),
                row.text("needed_name").orElse(""));
    }

    private static <T> List<T> list(Connection connection, String query, Reading<T> reading, List<String> denied)
            throws SQLException {
        var before = connection.setSavepoint();
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.setFetchSize(BATCH);
            var list = new ArrayList<T>();
            try (var rows = statement.executeQuery(text(query))) {
                var columns = new Columns(rows, names(rows));
                while (rows.next()) {
                    list.add(reading.read(columns));
                }
            }
            connection.releaseSavepoint(before);
            return list;
        } catch (SQLException e) {
            if (!DENIED.equals(e.getSQLState())) {
                throw new SQLException("%s: %s".formatted(query, e.getMessage()), e.getSQLState(), e);
            }
            connection.rollback(before);
            denied.add(query.replace('_', ' '));
            return List.of();
        }
    }

    private static Set<String> names(ResultSet rows) throws SQLException {
        var names = new HashSet<String>();
        for (var i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
            names.add(rows.getMetaData().getColumnLabel(i));
        }
        return names;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        }
    }

    /// The text of a file of this package.
    static String text(String name) {
        try (var in = CatalogSide.class.getResourceAsStream(name + ".sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
