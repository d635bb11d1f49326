package hedgerow.rls.why;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Makes the server evaluate expressions on one row, as the session of the connection. The expressions name
/// their table as the catalog does.
///
/// @param from of a SELECT: the table and the condition that picks the row, or the row itself
/// @param values of its parameters; if there are none, a question mark in it is an operator
record Evaluation(Connection connection, String from, List<String> values) {

    /// The value of an expression.
    ///
    /// @param text empty for NULL, and after a failure
    record Result(Optional<String> text, Optional<String> failure) {

        Optional<Boolean> truth() {
            return text.map(Boolean::valueOf);
        }

        static Result of(String text) {
            return new Result(Optional.ofNullable(text), Optional.empty());
        }
    }

    /// Evaluates all expressions in one statement.
    ///
    /// @return one for each expression; empty if there is no such row
    /// @throws SQLException if one of them fails
    Optional<List<Result>> atOnce(List<String> expressions) throws SQLException {
        if (values.isEmpty()) {
            try (var statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                return row(statement.executeQuery(select(expressions)), expressions.size());
            }
        }
        var escaped = expressions.stream().map(Expressions::escaped).toList();
        try (var statement = connection.prepareStatement(select(escaped))) {
            Table.set(statement, values);
            return row(statement.executeQuery(), expressions.size());
        }
    }

    private String select(List<String> expressions) {
        return Stream.concat(Stream.of("1"), expressions.stream().map("(%s)::text"::formatted))
                .collect(Collectors.joining(", ", "select ", " " + from));
    }

    private static Optional<List<Result>> row(ResultSet rows, int count) throws SQLException {
        return rows.next() ? Optional.of(results(rows, count)) : Optional.empty();
    }

    private static List<Result> results(ResultSet row, int count) throws SQLException {
        var results = new ArrayList<Result>();
        for (var i = 2; i <= count + 1; i++) {
            results.add(Result.of(row.getString(i)));
        }
        return results;
    }

    /// Evaluates the expressions one by one; a failing expression is a result.
    List<Result> each(List<String> expressions) throws SQLException {
        var before = connection.setSavepoint();
        try {
            return atOnce(expressions).orElseThrow();
        } catch (SQLException e) {
            connection.rollback(before);
        }
        var results = new ArrayList<Result>();
        for (var expression : expressions) {
            try {
                results.add(atOnce(List.of(expression)).orElseThrow().getFirst());
            } catch (SQLException e) {
                connection.rollback(before);
                results.add(
                        new Result(Optional.empty(), Optional.of(Failures.describe(e, Secrets.isSecret(expression)))));
            }
        }
        return results;
    }
}
