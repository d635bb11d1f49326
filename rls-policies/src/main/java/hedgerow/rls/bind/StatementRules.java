package hedgerow.rls.bind;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.postgresql.core.Parser;

/// Statements that would take the transaction out of the binder's hands, or outlive it on a pooled connection.
///
/// This keeps honest applications from mistakes. It is no wall against SQL of an attacker, who can hide any of these in
/// a DO block: against that one statement per text, privileges and sealed mode stand.
final class StatementRules {

    private static final int ENOUGH_WORDS = 12;
    private static final String OUTLIVES = "what this statement sets outlives its transaction on a pooled connection";

    private StatementRules() {}

    static void check(String sql, List<String> boundVariables) throws SQLException {
        var words = words(sql);
        switch (word(words, 0)) {
            case "begin", "start", "commit", "end", "abort" -> throw transactionControl();
            case "rollback" -> checkRollback(words);
            case "prepare", "execute", "deallocate" ->
                throw Refusal.of(OUTLIVES, "let the driver prepare: use PreparedStatement");
            case "discard", "reset", "listen", "unlisten", "load" ->
                throw Refusal.of(OUTLIVES, "use a connection of your own");
            case "declare" -> checkCursor(words);
            case "set" -> checkSet(words, boundVariables);
            default -> {}
        }
    }

    static boolean isEmpty(String sql) {
        return skipSpace(sql.toCharArray(), 0) == sql.length();
    }

    private static SQLException transactionControl() {
        return Refusal.of(
                "a transaction does not begin or end by SQL text here",
                "use setAutoCommit(false), commit() and rollback() of the connection");
    }

    private static void checkRollback(List<String> words) throws SQLException {
        if (!word(words, 1).equals("to") && !word(words, 2).equals("to")) {
            throw transactionControl();
        }
    }

    private static void checkCursor(List<String> words) throws SQLException {
        var hold = words.indexOf("hold");
        if (hold > 0 && words.get(hold - 1).equals("with")) {
            throw Refusal.of(OUTLIVES, "declare the cursor WITHOUT HOLD");
        }
    }

    private static void checkSet(List<String> words, List<String> boundVariables) throws SQLException {
        switch (word(words, 1)) {
            case "transaction", "constraints" -> {}
            case "local" -> {
                var name = dottedName(words, 2);
                if (boundVariables.contains(name)) {
                    throw Refusal.tenant(name + " says who the tenant is", "use a connection of that tenant");
                }
            }
            default -> throw Refusal.of(OUTLIVES, "use SET LOCAL");
        }
    }

    /// Space may stand on either side of a dot.
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

    /// The words that the statement begins with, in lower case and without quotes.
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

    /// Its last character; before `at` if there is no comment.
    private static int endOfComment(char[] sql, int at) {
        var end = switch (sql[at]) {
            case '-' -> Parser.parseLineComment(sql, at);
            case '/' -> Parser.parseBlockComment(sql, at);
            default -> at;
        };
        return end > at ? end : at - 1;
    }
}
