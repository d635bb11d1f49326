package hedgerow.rls.body;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Splits a body into tokens. Comments are left out, and no string token contains a semicolon: it is
/// written as an escape.
final class Lexer {

    private static final Pattern SPACE = Pattern.compile("[ \\t\\r\\n\\f\\x0b]+|--[^\\r\\n]*+");
    private static final Pattern NAME = Pattern.compile("[A-Za-z_\\x80-\\uffff][\\w$\\x80-\\uffff]*+");
    private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"]++|\"\")++\"");
    private static final Pattern STRING = Pattern.compile("'(?:[^']++|'')*+'");
    private static final Pattern ESCAPED = Pattern.compile("[eE]'(?:[^'\\\\]++|''|\\\\.)*+'", Pattern.DOTALL);
    private static final Pattern PREFIXED = Pattern.compile("(?:[bBxXnN]|[uU]&)'(?:[^']++|'')*+'");
    private static final Pattern DOLLAR = Pattern.compile("\\$((?:[A-Za-z_\\x80-\\uffff][\\w\\x80-\\uffff]*+)?)\\$");
    private static final Pattern NUMBER =
            Pattern.compile("\\d[\\d_]*+(?:\\.(?!\\.)[\\d_]*+)?(?:[eE][+-]?\\d++)?|\\.\\d++|\\$\\d++");
    private static final Pattern SYMBOL =
            Pattern.compile(":=|::|\\.\\.|(?:(?!--|/\\*)[-+*/<>=~!@#%^&|`?])++|.", Pattern.DOTALL);

    private static final Pattern ESCAPE = Pattern.compile("\\\\.|;", Pattern.DOTALL);

    private final String body;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private Lexer(String body) {
        this.body = body;
    }

    /// Splits a body.
    ///
    /// @throws NotModelled if a comment, a string or a quoted name does not end
    static List<Token> tokens(String body) {
        var lexer = new Lexer(body);
        lexer.run();
        return List.copyOf(lexer.tokens);
    }

    private void run() {
        var spaced = skip();
        while (at < body.length()) {
            next(spaced);
            spaced = skip();
        }
    }

    private boolean skip() {
        var start = at;
        while (at < body.length()) {
            if (body.startsWith("/*", at)) {
                comment();
            } else if (match(SPACE).isEmpty()) {
                break;
            }
        }
        return at > start;
    }

    /// Skips a comment; comments nest.
    private void comment() {
        var depth = 0;
        do {
            if (at >= body.length()) {
                throw new NotModelled("a comment that does not end");
            }
            if (body.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (body.startsWith("*/", at)) {
                depth--;
                at += 2;
            } else {
                at++;
            }
        } while (depth > 0);
    }

    /// Consumes the text that the pattern matches here; empty if it does not match.
    private String match(Pattern pattern) {
        var matcher = matcher(pattern);
        if (!matcher.lookingAt()) {
            return "";
        }
        at = matcher.end();
        return matcher.group();
    }

    private Matcher matcher(Pattern pattern) {
        return pattern.matcher(body).region(at, body.length()).useTransparentBounds(true);
    }

    private void next(boolean spaced) {
        var escaped = match(ESCAPED);
        var string = escaped.isEmpty() ? match(STRING) : "";
        var prefixed = string.isEmpty() && escaped.isEmpty() ? match(PREFIXED) : "";
        if (!(escaped + string + prefixed).isEmpty()) {
            add(Token.Kind.STRING, escaped.isEmpty() ? plain(string + prefixed) : escape(escaped), spaced);
        } else if (matcher(DOLLAR).lookingAt()) {
            add(Token.Kind.STRING, dollar(), spaced);
        } else {
            name(spaced);
        }
    }

    private void name(boolean spaced) {
        var quoted = match(QUOTED);
        var word = quoted.isEmpty() ? match(NAME) : "";
        if (!quoted.isEmpty()) {
            add(Token.Kind.QUOTED, quoted, spaced);
        } else if (!word.isEmpty()) {
            add(Token.Kind.WORD, word, spaced);
        } else {
            var number = match(NUMBER);
            symbol(number.isEmpty() ? match(SYMBOL) : number, spaced);
        }
    }

    private void symbol(String symbol, boolean spaced) {
        if (symbol.equals("'") || symbol.equals("\"")) {
            throw new NotModelled("a string or quoted name that does not end");
        }
        add(Token.Kind.SYMBOL, symbol, spaced);
    }

    private void add(Token.Kind kind, String text, boolean spaced) {
        tokens.add(new Token(kind, text, spaced));
    }

    private String dollar() {
        var delimiter = match(DOLLAR);
        var end = body.indexOf(delimiter, at);
        if (end < 0) {
            throw new NotModelled("a string that does not end");
        }
        var content = body.substring(at, end);
        at = end + delimiter.length();
        return plain("'" + content.replace("'", "''") + "'");
    }

    private static String plain(String string) {
        return string.indexOf(';') < 0 || !string.startsWith("'") ? string : escape("E" + string.replace("\\", "\\\\"));
    }

    /// The value of an escape string.
    private static String escape(String string) {
        return ESCAPE.matcher(string).replaceAll(match -> match.group().endsWith(";") ? "\\\\x3b" : "$0");
    }
}
