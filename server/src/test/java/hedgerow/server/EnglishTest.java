package hedgerow.server;

import static java.util.function.Predicate.not;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Everything that a user can read is plain English, as far as a program can check it: messages, titles,
/// help and pages.
class EnglishTest {

    private static final int LONGEST_QUOTE = 300;

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /// Verbs of speech, because things do not speak; and phrases that are not English.
    private static final Pattern FORBIDDEN = Pattern.compile("(?i)\\b("
            + "so many|says|said|tells|told|asks for|counts? on|belongs? into|not any more|nobody here|of our own"
            + "|has been noted|there is no such thing|as it becomes"
            + "|(?<!there )(?:is|are) no (?!longer|more|less|one|way|help|secret|difference|substitute)\\p{L}+"
            + ")\\b|\\p{L}, at most[.;]");

    /// Turns of phrase that a page does not contain either.
    private static final Pattern FORBIDDEN_IN_PAGES = Pattern.compile("(?i)\\b("
            + "any more|for want of|one's own|by trade|half-?way|under way|written anew|may not be|who may what"
            + "|asks? nothing|(?:is|are) asked of|what becomes of|in place of (?:a|the)"
            + "|stands? (?:before|beside|behind) (?:it|them)"
            + ")\\b");

    /// Words with which no sentence begins, unless it is a question; a list item or a cell is one too.
    private static final Pattern BEGINNING = Pattern.compile("(?:\\A(?:[-*] |\\d+\\. )?|[.!?]\\s+|\\|\\s+)"
            + "(?:What|So(?! (?:is|are|do|does|can|has)\\b)|Of|Until|As(?! for\\b)|The same (?:as|with)|Whose|Who)\\s"
            + "(?![^.!?]*\\?)");

    /// Words with which a comment does not begin either, because they leave open what it describes.
    private static final Pattern COMMENT_BEGINNING = Pattern.compile("\\A(?:(?:The same|Which|How|That)\\b|@)");

    private static final Pattern DOC_COMMENT = Pattern.compile("(?m)(?:^\\h*///.*\\R)++");
    private static final Pattern END_OF_SENTENCE = Pattern.compile("(?<=[.:])\\s|\n\n");

    /// Words that may appear in a message because somebody else wrote them, or a standard has them.
    private static final Pattern QUOTED = Pattern.compile("(?s)```.*?```|`[^`]*`|<pre.*?</pre>");

    /// The SQL files, except schema files, which are never edited once they are released.
    private static final String SQL =
            "{sql,sql/functions,sql/roles,rls-policies/policies,rls-policies/rules/*,rls-policies/**/main/**}/*.sql";

    private static final String PAGES = "{*,docs/*,docs/decisions/*,rls-policies/corpus/README,server/types/README}.md";

    private static final Pattern FRONT_MATTER = Pattern.compile("(?s)\\A---\n.*?\n---\n");
    private static final Pattern TITLE = Pattern.compile("(?m)^title: (.*)$");
    private static final Pattern SQL_TEXT = Pattern.compile("'((?:[^']|'')*)'|(?m:^--comment: (.*)$)");
    private static final Pattern SQL_COMMENT = Pattern.compile("(?m)(^|\\s)--(?!comment: ).*$");

    // --- what a program prints -----------------------------------------------------------------------------------

    @Test
    void a_text_of_the_java_code_is_plain() throws IOException {
        assertPlain(javaTexts());
    }

    @Test
    void a_text_of_the_database_is_plain() {
        assertPlain(files(SQL)
                .filter(not(file -> file.toString().matches(".*/(bad|good)[^/]*.sql")))
                .flatMap(EnglishTest::sqlTexts));
    }

    @Test
    void a_text_of_the_api_document_is_plain() {
        assertPlain(files("server/src/main/openapi/*.yaml").flatMap(file -> {
            var texts = new ArrayList<Text>();
            describe(
                    new Load(LoadSettings.builder().build()).loadFromString(read(file)),
                    text -> texts.add(new Text(file, text)));
            return texts.stream();
        }));
    }

    // --- what a person reads -------------------------------------------------------------------------------------

    @Test
    void a_title_of_a_rule_is_plain() {
        assertPlain(files("rls-policies/rules/*/rule.md")
                .flatMap(page -> TITLE.matcher(read(page)).results().map(title -> new Text(page, title.group(1)))));
    }

    @Test
    void a_page_of_a_rule_is_plain() {
        assertPagesArePlain(files("rls-policies/rules/*/rule.md"));
    }

    /// The list of changes is a record: what it already has is not rewritten.
    @Test
    void a_page_of_the_documentation_is_plain() {
        assertPagesArePlain(files(PAGES).filter(not(page -> page.endsWith("CHANGELOG.md"))));
    }

    // --- what a programmer reads ---------------------------------------------------------------------------------

    @Test
    void a_doc_comment_begins_with_its_subject() {
        assertNone(
                files("**.java").flatMap(EnglishTest::firstSentences),
                List.of(FORBIDDEN, BEGINNING, COMMENT_BEGINNING));
    }

    // --- the texts -----------------------------------------------------------------------------------------------

    /// A text, and the file that holds it.
    private record Text(Path file, String text) {

        /// The offences of the text, as `file: text`; empty if there are none.
        Stream<String> offence(List<Pattern> patterns) {
            var words = QUOTED.matcher(text.strip()).replaceAll("`code`").replaceAll("\\s+", " ");
            return patterns.stream()
                    .flatMap(pattern -> pattern.matcher(words).results())
                    .map(MatchResult::group)
                    .map(found ->
                            "%s: \"%s\" in: %s".formatted(ROOT.relativize(file), found.strip(), shortened(words)));
        }
    }

    private static String shortened(String text) {
        return text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + " ..." : text;
    }

    private static void assertPlain(Stream<Text> texts) {
        assertNone(texts, List.of(FORBIDDEN, BEGINNING));
    }

    private static void assertPagesArePlain(Stream<Path> pages) {
        assertNone(
                pages.flatMap(page -> paragraphs(read(page)).map(text -> new Text(page, text))),
                List.of(FORBIDDEN, FORBIDDEN_IN_PAGES, BEGINNING));
    }

    private static void assertNone(Stream<Text> texts, List<Pattern> patterns) {
        var all = texts.toList();
        assertThat(all).hasSizeGreaterThan(50);
        assertThat(all.stream().flatMap(text -> text.offence(patterns))).isEmpty();
    }

    /// The strings of the code with more than one word; strings joined by `+` are one.
    private static Stream<Text> javaTexts() throws IOException {
        var texts = new ArrayList<Text>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var sources = manager.getJavaFileObjectsFromPaths(
                    files("{*,*/*}/src/main/java/**.java").toList());
            for (var unit : ((JavacTask) compiler.getTask(null, manager, null, null, null, sources)).parse()) {
                var file = Path.of(unit.getSourceFile().toUri());
                unit.accept(new Strings(text -> texts.add(new Text(file, text))), null);
            }
        }
        return texts.stream().filter(text -> text.text().strip().contains(" "));
    }

    private static Stream<Text> sqlTexts(Path file) {
        return SQL_TEXT.matcher(SQL_COMMENT.matcher(read(file)).replaceAll(""))
                .results()
                .map(text -> text.group(1) == null ? text.group(2) : text.group(1))
                .map(text -> new Text(file, text));
    }

    private static Stream<Text> firstSentences(Path file) {
        return DOC_COMMENT
                .matcher(read(file))
                .results()
                .map(comment -> comment.group().replaceAll("(?m)^\\h*/// ?", "").strip())
                .map(comment -> new Text(file, END_OF_SENTENCE.split(comment, 2)[0]));
    }

    private static void describe(Object node, Consumer<String> found) {
        switch (node) {
            case Map<?, ?> map ->
                map.forEach((key, value) -> {
                    if (value instanceof String text
                            && List.of("title", "summary", "description").contains(key)) {
                        found.accept(text);
                    } else {
                        describe(value, found);
                    }
                });
            case List<?> list -> list.forEach(item -> describe(item, found));
            case null, default -> {}
        }
    }

    /// Paragraphs, items of lists and rows of tables.
    private static Stream<String> paragraphs(String page) {
        var prose = QUOTED.matcher(FRONT_MATTER.matcher(page).replaceAll("")).replaceAll("`code`");
        return Arrays.stream(prose.split("\n\\s*\n|\n(?=[-*|#] ?|\\d+\\. )"))
                .map(String::strip)
                .filter(not(text -> text.startsWith("#")));
    }

    private static Stream<Path> files(String glob) {
        var matcher = ROOT.getFileSystem().getPathMatcher("glob:" + glob);
        try (var files = Files.walk(ROOT)) {
            return files
                    .filter(file -> matcher.matches(ROOT.relativize(file)))
                    .filter(not(file -> file.toString().matches(".*/(target|node_modules)/.*")))
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Finds the strings of a compilation unit.
    private static final class Strings extends TreeScanner<Void, Void> {

        private final Consumer<String> found;

        Strings(Consumer<String> found) {
            this.found = found;
        }

        @Override
        public Void visitBinary(BinaryTree tree, Void nothing) {
            if (tree.getKind() != Tree.Kind.PLUS) {
                return super.visitBinary(tree, nothing);
            }
            found.accept(joined(tree));
            return null;
        }

        @Override
        public Void visitLiteral(LiteralTree tree, Void nothing) {
            if (tree.getValue() instanceof String text) {
                found.accept(text);
            }
            return null;
        }

        private String joined(Tree tree) {
            return switch (tree) {
                case BinaryTree plus
                when plus.getKind() == Tree.Kind.PLUS -> joined(plus.getLeftOperand()) + joined(plus.getRightOperand());
                case LiteralTree literal -> String.valueOf(literal.getValue());
                default -> {
                    scan(tree, null);
                    yield "%s";
                }
            };
        }
    }
}
