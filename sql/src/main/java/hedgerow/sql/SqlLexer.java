package hedgerow.sql;

import hedgerow.sql.SqlToken.Kind;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Cuts a script where psql and the server cut it.
///
/// It follows psql's scanner, so that the check of a script and its execution see the same text as code,
/// string or comment: an `E''` string goes on in the next line as an `E''` string, a number swallows the
/// letters after it, block comments nest.
///
/// @see <a href="https://www.postgresql.org/docs/18/sql-syntax-lexical.html">PostgreSQL 18, 4.1</a>
final class SqlLexer {

    private static final Pattern SPACE = Pattern.compile("[ \\t\\n\\r\\f\\x0B]+");
    private static final Pattern LINE_COMMENT = Pattern.compile("--[^\\n\\r]*");
    private static final Pattern BLOCK_COMMENT_EDGE = Pattern.compile("/\\*|\\*/");
    private static final Pattern WORD = Pattern.compile("[A-Za-z_\\x80-\\x{10FFFF}][A-Za-z0-9_$\\x80-\\x{10FFFF}]*");
    private static final Pattern DOLLAR_TAG =
            Pattern.compile("\\$([A-Za-z_\\x80-\\x{10FFFF}][A-Za-z0-9_\\x80-\\x{10FFFF}]*)?\\$");
    private static final Pattern NUMBER =
            Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?[A-Za-z0-9_\\x80-\\x{10FFFF}]*");
    private static final Pattern VARIABLE =
            Pattern.compile(":(NAME|'NAME'|\"NAME\"|\\{\\?NAME})".replace("NAME", "[A-Za-z0-9_\\x80-\\x{10FFFF}]+"));

    /// The separator between the parts of one string constant: a newline, and at most comments.
    private static final Pattern CONTINUED = Pattern.compile(
            "(?:[ \\t\\f\\x0B]++|--[^\\n\\r]*+)*+[\\n\\r]" + "(?:[ \\t\\n\\r\\f\\x0B]++|--[^\\n\\r]*+[\\n\\r])*+'");

    private static final Pattern META_NAME = Pattern.compile("\\\\[^ \\t\\n\\r\\f\\x0B\\\\]*");
    private static final Pattern REST_OF_LINE = Pattern.compile("[^\\n]*");
    private static final Pattern NOTHING_MORE = Pattern.compile("[ \\t\\r\\f\\x0B]*(--[^\\n]*)?(\\n|\\z)");
    private static final Pattern COPY_END = Pattern.compile("\\n\\\\\\.\\r?(\\n|\\z)");

    private final ScriptSource source;
    private final String text;
    private int at;

    SqlLexer(ScriptSource source) {
        this.source = source;
        this.text = source.text();
    }

    boolean hasNext() {
        return at < text.length();
    }

    SqlToken next() {
        return switch (text.charAt(at)) {
            case ' ', '\t', '\n', '\r', '\f', '\u000B' -> match(SPACE, Kind.SPACE);
            case '\'' -> quoted(at, false);
            case '"' -> name();
            case '$' -> dollar();
            case ';' -> token(Kind.SEMICOLON, at + 1);
            case '\\' -> backslash();
            case ':' -> variable();
            case '-' -> text.startsWith("--", at) ? match(LINE_COMMENT, Kind.COMMENT) : symbol();
            case '/' -> text.startsWith("/*", at) ? blockComment() : symbol();
            case 'e', 'E' -> text.startsWith("'", at + 1) ? quoted(at + 1, true) : match(WORD, Kind.WORD);
            default -> wordOrNumber();
        };
    }

    /// Reads the rest of the line that ends the COPY statement, and the lines after it up to the `\.` that
    /// ends the data.
    SqlToken copyData() {
        if (!matcher(NOTHING_MORE).lookingAt()) {
            throw source.problem(at, "something follows COPY ... FROM stdin", "begin its data on a new line");
        }
        var end = find(COPY_END, at);
        if (end == null) {
            throw source.problem(at, "the data of COPY has no end", "end it with a line that holds \\. alone");
        }
        return token(Kind.COPY_DATA, end.end());
    }

    private SqlToken wordOrNumber() {
        if (matcher(NUMBER).lookingAt()) {
            return match(NUMBER, Kind.NUMBER);
        }
        return matcher(WORD).lookingAt() ? match(WORD, Kind.WORD) : symbol();
    }

    private SqlToken symbol() {
        return token(Kind.SYMBOL, at + 1);
    }

    /// Reads a quoted token.
    ///
    /// @param quote the position of the first quote
    private SqlToken quoted(int quote, boolean escapes) {
        var end = afterQuote(quote + 1, escapes);
        for (var more = matcher(CONTINUED, end); more.lookingAt(); more = matcher(CONTINUED, end)) {
            end = afterQuote(more.end(), escapes);
        }
        return token(Kind.STRING, end);
    }

    private int afterQuote(int from, boolean escapes) {
        for (var i = from; i < text.length(); i++) {
            if (escapes && text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == '\'') {
                if (!text.startsWith("'", i + 1)) {
                    return i + 1;
                }
                i++;
            }
        }
        throw unterminated("a string", "close it with a quote");
    }

    private SqlToken name() {
        for (var end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 2)) {
            if (!text.startsWith("\"\"", end)) {
                return token(Kind.NAME, end + 1);
            }
        }
        throw unterminated("a quoted name", "close it with a double quote");
    }

    private SqlToken dollar() {
        var tag = matcher(DOLLAR_TAG);
        if (!tag.lookingAt()) {
            return symbol();
        }
        var end = text.indexOf(tag.group(), tag.end());
        if (end < 0) {
            throw unterminated("a string that begins with " + tag.group(), "close it with " + tag.group());
        }
        return token(Kind.STRING, end + tag.group().length());
    }

    private SqlToken blockComment() {
        var depth = 0;
        for (var edge = find(BLOCK_COMMENT_EDGE, at); edge != null; edge = find(BLOCK_COMMENT_EDGE, edge.end())) {
            depth += edge.group().equals("/*") ? 1 : -1;
            if (depth == 0) {
                return token(Kind.COMMENT, edge.end());
            }
        }
        throw unterminated("a comment", "close it with */, once for each /*");
    }

    private SqlToken variable() {
        if (text.startsWith("::", at)) {
            return token(Kind.SYMBOL, at + 2);
        }
        return matcher(VARIABLE).lookingAt() ? match(VARIABLE, Kind.VARIABLE) : symbol();
    }

    private SqlToken backslash() {
        if (text.startsWith("\\;", at)) {
            return token(Kind.SEPARATOR, at + 2);
        }
        if (text.startsWith("\\:", at)) {
            return token(Kind.SYMBOL, at + 2);
        }
        var name = matcher(META_NAME);
        name.lookingAt();
        var line = matcher(REST_OF_LINE, name.end());
        line.lookingAt();
        var whole = MetaCommand.takesWholeLine(name.group()) || pipes(name.group(), line.group());
        return token(Kind.META, whole ? line.end() : afterArguments(name.end(), line.end()));
    }

    /// Whether a command pipes: after `|` the rest of the line belongs to the shell.
    private static boolean pipes(String name, String line) {
        return MetaCommand.writesFile(name) && line.strip().startsWith("|");
    }

    /// The end of the arguments: the end of the line, or the beginning of the next command.
    private int afterArguments(int from, int lineEnd) {
        for (var i = from; i < lineEnd; i++) {
            var character = text.charAt(i);
            if (character == '\\') {
                return text.startsWith("\\\\", i) ? i + 2 : i;
            }
            if (character == '\'' || character == '"' || character == '`') {
                i = afterArgumentQuote(i, lineEnd);
            }
        }
        return lineEnd;
    }

    private int afterArgumentQuote(int quote, int lineEnd) {
        for (var i = quote + 1; i < lineEnd; i++) {
            if (text.charAt(quote) == '\'' && text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == text.charAt(quote)) {
                return i;
            }
        }
        throw source.problem(quote, "a quote is not closed on its line", "close it: a psql command ends with the line");
    }

    private ScriptProblem unterminated(String what, String hint) {
        return source.problem(at, what + " begins here and never ends", hint);
    }

    private SqlToken match(Pattern pattern, Kind kind) {
        var matcher = matcher(pattern);
        matcher.lookingAt();
        return token(kind, matcher.end());
    }

    private SqlToken token(Kind kind, int end) {
        var token = new SqlToken(kind, text.substring(at, end), at);
        at = end;
        return token;
    }

    private Matcher matcher(Pattern pattern) {
        return matcher(pattern, at);
    }

    private Matcher matcher(Pattern pattern, int from) {
        return pattern.matcher(text).useAnchoringBounds(false).region(from, text.length());
    }

    private Matcher find(Pattern pattern, int from) {
        var matcher = matcher(pattern, from);
        return matcher.find() ? matcher : null;
    }
}
