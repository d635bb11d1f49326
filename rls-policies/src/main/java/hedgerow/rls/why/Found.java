package hedgerow.rls.why;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/// A visible row.
///
/// @param byLogin whether the login sees it; otherwise the role that it becomes does
/// @param place `tableoid` and `ctid`; empty if whoever sees the row may not read them
/// @param text the whole row as the text of its type; empty if whoever sees it may not read all of it
record Found(boolean byLogin, List<String> place, Optional<String> text) {

    private static final String WHOLE = "select tableoid::text, ctid::text, %s::text from %s where %s limit 2";
    private static final String ANY = "select 1 from %s where %s limit 2";

    /// Finds the row that the current role sees.
    static Optional<Found> by(boolean login, Table table, Condition condition, Connection connection)
            throws SQLException {
        var before = connection.setSavepoint();
        try {
            return one(login, WHOLE.formatted(table.alias(), table.sql(), condition.sql()), connection);
        } catch (SQLException e) {
            connection.rollback(before);
            if (!Failures.DENIED.equals(e.getSQLState())) {
                throw Condition.refused(Failures.describe(e));
            }
        }
        try {
            return one(login, ANY.formatted(table.sql(), condition.sql()), connection);
        } catch (SQLException e) {
            connection.rollback(before);
            if (!Failures.DENIED.equals(e.getSQLState())) {
                throw Condition.refused(Failures.describe(e));
            }
            return Optional.empty();
        }
    }

    private static Optional<Found> one(boolean login, String sql, Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            try (var rows = statement.executeQuery(sql)) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                var whole = rows.getMetaData().getColumnCount() > 1;
                var found = whole
                        ? new Found(
                                login, List.of(rows.getString(1), rows.getString(2)), Optional.of(rows.getString(3)))
                        : new Found(login, List.of(), Optional.empty());
                if (rows.next()) {
                    throw WhyProblem.refused(
                            "the condition picks more than one row", "name one row, by its key for example");
                }
                return Optional.of(found);
            }
        }
    }

    /// The row on which policies are evaluated: the row itself, so that no policy hides it; otherwise as
    /// the role sees it.
    Evaluation evaluation(Table table, Condition condition, Connection connection) {
        return text.map(row -> new Evaluation(
                        connection,
                        "from unnest(array[cast(? as %s)]) as %s".formatted(table.sql(), table.alias()),
                        List.of(row)))
                .orElseGet(() -> new Evaluation(
                        connection, "from %s where %s".formatted(table.sql(), condition.sql()), List.of()));
    }
}
