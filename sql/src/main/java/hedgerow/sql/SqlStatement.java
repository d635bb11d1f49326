package hedgerow.sql;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/// One statement of a script.
///
/// @param tokens its code: no space, no comment, no psql command, no semicolon at its end
/// @param text as it is sent
/// @param ending the position of the token that ended it
/// @param data of COPY FROM stdin
record SqlStatement(List<SqlToken> tokens, String text, int ending, Optional<String> data) {

    int start() {
        return tokens.getFirst().start();
    }

    /// Whether its first words are these.
    boolean begins(String... words) {
        return words.length <= tokens.size()
                && IntStream.range(0, words.length).allMatch(i -> tokens.get(i).isWord(words[i]));
    }

    boolean isCopyFromStdin() {
        return begins("copy") && adjacent("from", "stdin");
    }

    boolean isCopyToStdout() {
        return begins("copy") && adjacent("to", "stdout");
    }

    /// The tag that psql prints after it: `UPDATE 3`, `INSERT 0 3`, `CREATE TABLE`.
    String tag(long count) {
        var keyword = keyword(0);
        return switch (keyword) {
            case "INSERT" -> "INSERT 0 " + count;
            case "UPDATE", "DELETE", "MERGE" -> "%s %d".formatted(keyword, count);
            case "CREATE", "DROP", "ALTER" -> tokens.size() > 1 ? keyword + " " + keyword(1) : keyword;
            default -> keyword;
        };
    }

    String firstLine() {
        return text.lines().findFirst().orElse("");
    }

    private String keyword(int index) {
        return tokens.get(index).text().toUpperCase(Locale.ROOT);
    }

    private boolean adjacent(String first, String second) {
        var depth = 0;
        for (var i = 0; i + 1 < tokens.size(); i++) {
            depth += tokens.get(i).isSymbol('(') ? 1 : tokens.get(i).isSymbol(')') ? -1 : 0;
            if (depth == 0 && tokens.get(i).isWord(first) && tokens.get(i + 1).isWord(second)) {
                return true;
            }
        }
        return false;
    }
}
