package hedgerow.rls.bind;

import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.NativeQuery;
import org.postgresql.core.Parser;
import org.postgresql.core.SqlCommand;
import org.postgresql.jdbc.EscapeSyntaxCallMode;

/// One statement of the application, taken apart once and kept.
///
/// The driver's own parser takes it apart, so that exactly what the driver sends is examined here.
final class Sql {

    /// The way in which the application passes its statement.
    enum Kind {
        /// Through `Statement`: every `?` is an operator.
        PLAIN,
        /// Through `PreparedStatement`.
        PREPARED,
        /// Through `CallableStatement`.
        CALL
    }

    /// The text of a statement, and how the driver parses it.
    ///
    /// @param standard whether a backslash in a plain string constant is an ordinary character
    /// @param keys the columns to return as generated keys; `*` for all; empty for none
    record Key(String sql, Kind kind, boolean standard, List<String> keys) {}

    private final String text;
    private final int parameters;
    private final boolean returnsKeys;
    private final boolean returnsRows;
    private final boolean leavesTraces;

    /// The pipelines, by the number of their preamble. Two threads may build the same text; either will do.
    private final String[] pipelines = new String[Preamble.COUNT];

    private Sql(String text, int parameters, boolean returnsKeys, boolean returnsRows, boolean leavesTraces) {
        this.text = text;
        this.parameters = parameters;
        this.returnsKeys = returnsKeys;
        this.returnsRows = returnsRows;
        this.leavesTraces = leavesTraces;
    }

    static Sql parse(Key key, BaseConnection driver, List<String> boundVariables) throws SQLException {
        var escaped = Parser.replaceProcessing(key.sql(), true, key.standard());
        var sql = key.kind() == Kind.CALL ? unescapeCall(escaped, driver) : escaped;
        var plain = one(parse(sql, key, driver, List.of()));
        StatementRules.check(plain.nativeSql, boundVariables);
        var whole = key.keys().isEmpty() ? plain : one(parse(sql, key, driver, key.keys()));
        var text = jdbc(whole, key.standard());
        checkSelfContained(text, key.standard());
        var returnsKeys = !key.keys().isEmpty() && whole.command.isReturningKeywordPresent();
        return new Sql(
                text,
                whole.bindPositions.length,
                returnsKeys,
                returnsRows(whole.command),
                StatementRules.mayLeaveTraces(text));
    }

    /// The text as it appears between others in a prepared statement: `?` is a parameter, `??` an operator.
    String text() {
        return text;
    }

    /// The number of its parameters.
    int parameters() {
        return parameters;
    }

    /// Whether it has a RETURNING clause whose rows are generated keys.
    boolean returnsKeys() {
        return returnsKeys;
    }

    /// Whether it may return rows.
    boolean returnsRows() {
        return returnsRows;
    }

    /// Whether it may leave something in the session.
    boolean leavesTraces() {
        return leavesTraces;
    }

    /// The whole text to send. It is always the same object, so that the driver finds it in its cache
    /// quickly.
    String pipeline(Preamble preamble) {
        var known = pipelines[preamble.number()];
        if (known == null) {
            known = preamble.around(text);
            pipelines[preamble.number()] = known;
        }
        return known;
    }

    private static boolean returnsRows(SqlCommand command) {
        return switch (command.getType()) {
            case INSERT, UPDATE, DELETE -> command.isReturningKeywordPresent();
            default -> true;
        };
    }

    private static String unescapeCall(String sql, BaseConnection driver) throws SQLException {
        EscapeSyntaxCallMode mode = driver.getQueryExecutor().getEscapeSyntaxCallMode();
        return Parser.modifyJdbcCall(
                        sql,
                        driver.getStandardConformingStrings(),
                        driver.getQueryExecutor().getServerVersionNum(),
                        mode)
                .getSql();
    }

    private static List<NativeQuery> parse(String sql, Key key, BaseConnection driver, List<String> keys)
            throws SQLException {
        return Parser.parseJdbcSql(
                sql,
                key.standard(),
                key.kind() != Kind.PLAIN,
                true,
                false,
                driver.getQueryExecutor().getQuoteReturningIdentifiers(),
                keys.toArray(String[]::new));
    }

    /// Refuses a second statement in one text, which would let an injection run anything.
    private static NativeQuery one(List<NativeQuery> statements) throws SQLException {
        Optional<NativeQuery> found = Optional.empty();
        for (var statement : statements) {
            if (!StatementRules.isEmpty(statement.nativeSql)) {
                if (found.isPresent()) {
                    throw Refusal.of("This text holds more than one statement.", "Send one, or use addBatch.");
                }
                found = Optional.of(statement);
            }
        }
        return found.orElseThrow(() -> Refusal.of("This text holds no statement.", "Send one."));
    }

    /// The statement in JDBC syntax. The driver has turned `?` into `$1` and `??` into `?`.
    private static String jdbc(NativeQuery statement, boolean standard) {
        var sql = statement.nativeSql.toCharArray();
        var text = new StringBuilder(sql.length);
        var parameter = 0;
        for (var i = 0; i < sql.length; i++) {
            if (parameter < statement.bindPositions.length && i == statement.bindPositions[parameter]) {
                parameter++;
                text.append('?');
                i += NativeQuery.bindName(parameter).length() - 1;
            } else if (sql[i] == '?') {
                text.append("??");
            } else {
                var end = Math.min(endOfToken(sql, i, standard), sql.length - 1);
                text.append(sql, i, end - i + 1);
                i = end;
            }
        }
        return text.toString();
    }

    private static int endOfToken(char[] sql, int at, boolean standard) {
        return switch (sql[at]) {
            case '\'' -> Parser.parseSingleQuotes(sql, at, standard);
            case '"' -> Parser.parseDoubleQuotes(sql, at);
            case '-' -> Parser.parseLineComment(sql, at);
            case '/' -> Parser.parseBlockComment(sql, at);
            case '$' -> Parser.parseDollarQuotes(sql, at);
            default -> at;
        };
    }

    /// Checks that the rest of the pipeline cannot become a part of the statement.
    private static void checkSelfContained(String text, boolean standard) throws SQLException {
        var parsed = Parser.parseJdbcSql(
                Parser.replaceProcessing(text + Preamble.COMMIT, true, standard), standard, true, true, false, true);
        if (parsed.size() != 2 || !parsed.getLast().nativeSql.equals("commit")) {
            throw Refusal.of(
                    "This statement does not end where its text ends.",
                    "Close its strings and comments; send definitions (BEGIN ATOMIC) on a connection of your own.");
        }
    }
}
