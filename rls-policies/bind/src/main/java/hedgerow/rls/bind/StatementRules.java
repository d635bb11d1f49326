package hedgerow.rls.bind;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.postgresql.core.Parser;

/// Refuses statements that would take the transaction out of the binder's hands, or outlive it on a pooled
/// connection, wherever they appear in the text. Where they may be hidden in a block of code, or behind a
/// function, the connection is closed after its use.
///
/// This is no protection against attacker-supplied SQL inside its own transaction: one statement per text,
/// privileges and sealed mode protect against that.
final class StatementRules {

    private static final int ENOUGH_WORDS = 12;
    private static final String OUTLIVES =
            "The effect of this statement outlives its transaction on a pooled connection.";

    /// The call `set_config(<name>, <value>, true)` with constants and parameters only.
    private static final Pattern SETS_LOCALLY = Pattern.compile(
            "(?i)\\bset_config\\s*\\(\\s*(?:'[\\w.]+'|\\?)\\s*,\\s*(?:'[^'\\\\]*'|\\?(?:::\\w+)?)\\s*,\\s*true\\s*\\)");

    /// Functions that change a session setting, take a session lock, or run SQL that they receive as text;
    /// and escaped names.
    private static final Pattern TRACES = Pattern.compile(
            "(?i)set_config|advisory_lock|query_to_xml|ts_stat|ts_rewrite|dblink|crosstab|connectby|pg_temp|u&\"");

    private StatementRules() {}

    static void check(String sql, List<String> boundVariables) throws SQLException {
        var words = words(sql);
        switch (word(words, 0)) {
            case "begin", "start", "commit", "end", "abort" -> throw transactionControl();
            case "rollback" -> checkRollback(words);
            case "prepare", "execute", "deallocate" ->
                throw Refusal.of(OUTLIVES, "Use PreparedStatement: the driver prepares by itself.");
            case "discard", "reset", "listen", "unlisten", "load" ->
                throw Refusal.of(OUTLIVES, "Use a connection of your own.");
            case "alter" -> checkAlter(words);
            case "declare" -> checkCursor(words);
            case "set" -> checkSet(words, boundVariables);
            default -> {}
        }
    }

    /// Whether something may stay in the session when the transaction has ended: anything, after a block of
    /// code; a setting, a lock or a temporary object, after a statement that names a function or command
    /// that creates one. A name that is composed at run time is caught by the function that would run it.
    static boolean mayLeaveTraces(String sql) {
        var words = words(sql);
        return switch (word(words, 0)) {
            case "do", "create" -> true;
            default -> TRACES.matcher(SETS_LOCALLY.matcher(sql).replaceAll("")).find();
        };
    }

    static boolean isEmpty(String sql) {
        return skipSpace(sql.toCharArray(), 0) == sql.length();
    }

    private static SQLException transactionControl() {
        return Refusal.of(
                "SQL text cannot begin or end a transaction here.",
                "Use setAutoCommit(false), commit() and rollback() of the connection.");
    }

    private static void checkRollback(List<String> words) throws SQLException {
        if (!word(words, 1).equals("to") && !word(words, 2).equals("to")) {
            throw transactionControl();
        }
    }

    /// Checks ALTER ROLE. A role may change itself: a setting that it stores applies to the next session,
    /// whichever tenant that serves.
    private static void checkAlter(List<String> words) throws SQLException {
        switch (word(words, 1)) {
            case "role", "user", "group", "database" ->
                throw Refusal.of(OUTLIVES, "Change roles and databases as an administrator.");
            default -> {}
        }
    }

    private static void checkCursor(List<String> words) throws SQLException {
        var hold = words.indexOf("hold");
        if (hold > 0 && words.get(hold - 1).equals("with")) {
            throw Refusal.of(OUTLIVES, "Declare the cursor WITHOUT HOLD.");
        }
    }

    private static void checkSet(List<String> words, List<String> boundVariables) throws SQLException {
        switch (word(words, 1)) {
            case "transaction", "constraints" -> {}
            case "local" -> {
                var name = dottedName(words, 2);
                if (boundVariables.stream().anyMatch(name::equalsIgnoreCase)) {
                    throw Refusal.tenant(
                            "The variable " + name + " is set by the binder.",
                            "Open a connection for the other tenant.");
                }
            }
            default -> throw Refusal.of(OUTLIVES, "Use SET LOCAL.");
        }
    }

    /// The dotted name at a position; space may stand on either side of a dot.
    private static String dottedName(List<String> words, int from) {
        var name = new StringBuilder(word(words, from));
        for (var next = from + 1; next < words.size(); next++) {
            if (name.lastIndexOf(".") != name.length() - 1 && !words.get(next).startsWith(".")) {
                break;
            }
            name.append(words.get(next));
        }
        return name.toString();
    }

    private static String word(List<String> words, int index) {
        return index < words.size() ? words.get(index) : "";
    }

    /// The words with which the statement begins, in lower case and without quotes.
    private static List<String> words(String sql) {
        var text = sql.toCharArray();
        var words = new ArrayList<String>();
        for (var at = skipSpace(text, 0); at < text.length && words.size() < ENOUGH_WORDS; at = skipSpace(text, at)) {
            var end = at;
            while (end < text.length && isNamePart(text[end])) {
                end++;
            }
            if (end == at) {
                return words;
            }
            words.add(new String(text, at, end - at).replace("\"", "").toLowerCase(Locale.ROOT));
            at = end;
        }
        return words;
    }

    private static boolean isNamePart(char character) {
        return Character.isLetterOrDigit(character) || character == '_' || character == '.' || character == '"';
    }

    private static int skipSpace(char[] sql, int from) {
        var at = from;
        while (at < sql.length) {
            var end = Character.isWhitespace(sql[at]) ? at : endOfComment(sql, at);
            if (end < at) {
                return at;
            }
            at = end + 1;
        }
        return sql.length;
    }

    /// The index of the comment's last character; before `at` if there is no comment.
    private static int endOfComment(char[] sql, int at) {
        var end = switch (sql[at]) {
            case '-' -> Parser.parseLineComment(sql, at);
            case '/' -> Parser.parseBlockComment(sql, at);
            default -> at;
        };
        return end > at ? end : at - 1;
    }
}
