package hedgerow.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// A part of a script on which psql would act.
public sealed interface ScriptPiece {

    /// The original text, without the semicolon.
    String text();

    /// The line in which it begins, counted from 1.
    int line();

    /// A psql command, with its backslash.
    ///
    /// @param arguments in their original spelling
    record Command(String text, int line, List<String> arguments) implements ScriptPiece {

        /// The name with its backslash, such as `\connect`.
        public String name() {
            return text.split("[\\s;]", 2)[0];
        }

        /// The arguments without the quotes around them.
        public List<String> plainArguments() {
            return arguments.stream().map(MetaCommand::plain).toList();
        }
    }

    /// A statement of SQL.
    ///
    /// @param tokens its words, names, constants and symbols in their original spelling; no comments
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

        /// The line of each token in the script; meaningful only if the text is the original one.
        public List<Integer> lines() {
            var lines = new ArrayList<Integer>(tokens.size());
            var done = 0;
            var at = line;
            for (var token : code()) {
                at += (int) text.substring(done, token.start())
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
                done = token.start();
                lines.add(at);
            }
            return lines;
        }

        /// The statement without some of its tokens; everything else stays as it is written.
        ///
        /// @param from index of the first token to leave out
        /// @param to exclusive
        public Statement without(int from, int to) {
            var code = code();
            var left = new ArrayList<>(tokens);
            left.subList(from, to).clear();
            var rest = text.substring(0, code.get(from).start())
                    + text.substring(code.get(to - 1).end());
            return new Statement(rest, line, List.copyOf(left), copiesFromStdin);
        }

        private List<SqlToken> code() {
            var lexer = new SqlLexer(new ScriptSource("", Optional.empty(), text));
            var code = new ArrayList<SqlToken>(tokens.size());
            while (lexer.hasNext()) {
                var token = lexer.next();
                if (token.isCode() && token.kind() != SqlToken.Kind.META) {
                    code.add(token);
                }
            }
            return code;
        }

        /// The token in lower case if it is a word, otherwise unchanged; empty beyond the end.
        public String word(int index) {
            return index < tokens.size() ? tokens.get(index).toLowerCase(Locale.ROOT) : "";
        }
    }
}
