package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.SqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlLexerTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'plain'",
                "'it''s; -- no comment'",
                "''",
                "E'a\\'; b'",
                "e'\\\\'",
                "E'a'\n  'b\\'c'",
                "'a' -- c\n 'b'",
                "$$a;'b$$",
                "$tag$ $$ ; $other$ $tag$",
                "$ä$;$ä$",
                "$$$$"
            })
    void a_string_is_one_token(String string) {
        assertThat(kinds(string)).containsExactly(Kind.STRING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-- a; ' $$ /*", "/* a; ' */", "/* a /* b */ ; */", "/**/", "/*/**/*/", "/* -- */"})
    void a_comment_is_one_token(String comment) {
        assertThat(kinds(comment)).containsExactly(Kind.COMMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"a;b\"", "\"it\"\"s\"", "\"\"", "\"--\"", "\"a\nb\""})
    void a_quoted_name_is_one_token(String name) {
        assertThat(kinds(name)).containsExactly(Kind.NAME);
    }

    @Test
    void lookalike_quotes_are_not_quotes() {
        assertThat(kinds("a$b$c")).containsExactly(Kind.WORD);
        assertThat(kinds("$1")).containsExactly(Kind.SYMBOL, Kind.NUMBER);
        assertThat(kinds("1e'\\'")).as("a number swallows letters").containsExactly(Kind.NUMBER, Kind.STRING);
        assertThat(kinds("'a\\'")).as("a backslash in a standard string").containsExactly(Kind.STRING);
        assertThat(kinds("'a' 'b'")).as("one line").containsExactly(Kind.STRING, Kind.SPACE, Kind.STRING);
        assertThat(kinds("U&'\\'")).containsExactly(Kind.WORD, Kind.SYMBOL, Kind.STRING);
        assertThat(kinds("a::b")).containsExactly(Kind.WORD, Kind.SYMBOL, Kind.WORD);
    }

    @Test
    void an_operator_gives_way_to_a_comment() {
        assertThat(kinds("1+--2")).containsExactly(Kind.NUMBER, Kind.SYMBOL, Kind.COMMENT);
        assertThat(kinds("*/*x*/")).containsExactly(Kind.SYMBOL, Kind.COMMENT);
    }

    @Test
    void psql_variables_and_commands_are_seen() {
        assertThat(kinds(":a :'b' :\"c\" :{?d}").stream()
                        .filter(kind -> kind != Kind.SPACE)
                        .toList())
                .containsExactly(Kind.VARIABLE, Kind.VARIABLE, Kind.VARIABLE, Kind.VARIABLE);
        assertThat(texts("select 1 \\gset\n;")).contains("\\gset").contains(";");
        assertThat(texts("\\set a 'b;c\\'d' e\nselect")).contains("\\set a 'b;c\\'d' e");
        assertThat(texts("\\echo a \\\\ select 1")).contains("\\echo a \\\\").contains("select");
        assertThat(texts("\\o | cat \\ x\nselect")).contains("\\o | cat \\ x");
        assertThat(kinds("a\\;b")).containsExactly(Kind.WORD, Kind.SEPARATOR, Kind.WORD);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'a", "E'a\\'", "\"a", "$a$ $b$", "/* /* */", "\\echo 'a\n'"})
    void an_unterminated_token_is_reported_at_its_beginning(String text) {
        assertThatThrownBy(() -> tokens("select 1;\n  " + text))
                .isInstanceOf(ScriptProblem.class)
                .hasMessageContaining(text.startsWith("\\") ? "script:2:9: " : "script:2:3: ");
    }

    @Test
    void a_long_gap_between_strings_is_no_burden() {
        assertThat(kinds("'a'" + " -- x\n".repeat(200_000) + " ".repeat(1_000_000) + "'b'"))
                .containsExactly(Kind.STRING);
        assertThat(kinds("'" + "a''".repeat(1_000_000) + "'")).containsExactly(Kind.STRING);
        assertThat(kinds("a".repeat(3_000_000))).containsExactly(Kind.WORD);
    }

    /// Lexes random text made of the constructs that lexers stumble over: either it is refused, or the
    /// pieces are the text.
    @Test
    void the_pieces_of_any_text_are_the_text() {
        var pieces = List.of(
                "'",
                "''",
                "\"",
                "$$",
                "$a$",
                "$",
                "--",
                "/*",
                "*/",
                "\n",
                "\r\n",
                " ",
                "E'",
                "U&'",
                "\\",
                "\\'",
                ";",
                "(",
                ")",
                "select",
                "a$b",
                ":",
                "::",
                ":'x'",
                "1",
                "1e",
                ".",
                "1.5",
                "ä",
                "\uD83D\uDE00",
                "\\;",
                "\\\\",
                "\\set",
                "\t",
                "-",
                "/");
        var whole = 0;
        for (var seed = 0; seed < 20_000; seed++) {
            var random = new Random(seed);
            var text = random.ints(1 + random.nextInt(12), 0, pieces.size())
                    .mapToObj(pieces::get)
                    .collect(Collectors.joining());
            try {
                assertThat(String.join("", texts(text))).as("seed %d", seed).isEqualTo(text);
                whole++;
            } catch (ScriptProblem refused) {
                assertThat(refused).hasMessageContaining("script:");
            }
        }
        assertThat(whole).isGreaterThan(2_000);
    }

    private static List<Kind> kinds(String text) {
        return tokens(text).stream().map(SqlToken::kind).toList();
    }

    private static List<String> texts(String text) {
        return tokens(text).stream().map(SqlToken::text).toList();
    }

    private static List<SqlToken> tokens(String text) {
        var lexer = new SqlLexer(new ScriptSource("script", Optional.empty(), text));
        var tokens = new ArrayList<SqlToken>();
        while (lexer.hasNext()) {
            tokens.add(lexer.next());
        }
        return tokens;
    }
}
