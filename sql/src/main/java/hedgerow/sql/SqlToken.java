package hedgerow.sql;

/// A piece of a script. The concatenation of all pieces is the script, character by character.
record SqlToken(Kind kind, String text, int start) {

    enum Kind {
        SPACE,
        COMMENT,
        /// A keyword, or an unquoted name.
        WORD,
        /// A name in double quotes.
        NAME,
        /// Any string constant: `'...'`, `E'...'`, `$tag$...$tag$`.
        STRING,
        NUMBER,
        /// A psql variable: `:name`, `:'name'`, `:"name"`, `:{?name}`.
        VARIABLE,
        SEMICOLON,
        /// The separator `\;` of psql, which ends a statement without sending it.
        SEPARATOR,
        /// A psql command with its arguments.
        META,
        /// Lines that follow `COPY ... FROM stdin`, with their end mark.
        COPY_DATA,
        /// Any other character, each by itself.
        SYMBOL
    }

    int end() {
        return start + text.length();
    }

    /// Whether it is neither space nor comment.
    boolean isCode() {
        return kind != Kind.SPACE && kind != Kind.COMMENT;
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equalsIgnoreCase(word);
    }

    boolean isSymbol(char symbol) {
        return kind == Kind.SYMBOL && text.charAt(0) == symbol;
    }
}
