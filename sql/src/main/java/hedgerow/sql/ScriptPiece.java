package hedgerow.sql;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// A part of a script that psql would act on.
public sealed interface ScriptPiece {

    /// As it is written, without the semicolon.
    String text();

    /// Where it begins, from 1.
    int line();

    /// A command of psql's own, with its backslash.
    ///
    /// @param arguments as they are written
    record Command(String text, int line, List<String> arguments) implements ScriptPiece {

        /// `\connect`
        public String name() {
            return text.split("[\\s;]", 2)[0];
        }

        /// Without the quotes around them.
        public List<String> plainArguments() {
            return arguments.stream().map(MetaCommand::plain).toList();
        }
    }

    /// A statement of SQL.
    ///
    /// @param tokens its words, names, constants and symbols as they are written; no comments
    /// @param copiesFromStdin whether data follows it in the script
    record Statement(String text, int line, List<String> tokens, boolean copiesFromStdin) implements ScriptPiece {

        /// Whether its first tokens are these words.
        public boolean begins(String... words) {
            return words.length <= tokens.size()
                    && IntStream.range(0, words.length)
                            .allMatch(i -> tokens.get(i).equalsIgnoreCase(words[i]));
        }

        /// Whether a token is this word.
        public boolean has(String word) {
            return tokens.stream().anyMatch(token -> token.equalsIgnoreCase(word));
        }

        /// The token in small letters if it is a word, else as it is; empty behind the end.
        public String word(int index) {
            return index < tokens.size() ? tokens.get(index).toLowerCase(Locale.ROOT) : "";
        }
    }
}
