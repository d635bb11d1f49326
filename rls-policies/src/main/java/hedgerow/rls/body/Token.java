package hedgerow.rls.body;

import hedgerow.rls.expr.ServerParser;
import java.util.List;

/// A word, a literal or a symbol of SQL.
///
/// @param spaced whether there was something between it and the one before
record Token(Kind kind, String text, boolean spaced) {

    enum Kind {
        /// A keyword or an unquoted name.
        WORD,
        /// A quoted name.
        QUOTED,
        STRING,
        SYMBOL
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isName() {
        return kind == Kind.WORD || kind == Kind.QUOTED;
    }

    /// The name that the token denotes.
    String name() {
        return ServerParser.folded(text);
    }

    /// The tokens as one text, without comments.
    static String text(List<Token> tokens) {
        var text = new StringBuilder();
        for (var token : tokens) {
            if (token.spaced && !text.isEmpty()) {
                text.append(' ');
            }
            text.append(token.text);
        }
        return text.toString();
    }
}
