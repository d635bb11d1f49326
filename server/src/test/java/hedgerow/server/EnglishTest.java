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

/// Whatever a user can read is plain English, as far as a program can see: messages, titles, help and pages.
class EnglishTest {

    private static final int LONGEST_QUOTE = 300;

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    /// Things do not speak; and turns of phrase that are not English.
    private static final Pattern FORBIDDEN = Pattern.compile("(?i)\\b("
            + "so many|says|said|tells|told|asks for|counts? on|belongs? into|not any more|nobody here|of our own"
            + "|has been noted|there is no such thing|as it becomes"
            + "|(?<!there )(?:is|are) no (?!longer|more|less|one|way|help|secret|difference|substitute)\\p{L}+"
            + ")\\b|\\p{L}, at most[.;]");

    /// How no sentence begins, unless it is a question.
    private static final Pattern BEGINNING = Pattern.compile("(?:\\A|[.!?]\\s+)"
            + "(?:What|So(?! (?:is|are|do|does|can|has)\\b)|Of|Until|As(?! for\\b)|The same (?:as|with)|Whose|Who)\\s"
            + "(?![^.!?]*\\?)");

    /// Words that may stand in a message because somebody else wrote them, or a standard has them.
    private static final Pattern QUOTED = Pattern.compile("(?s)```.*?```|`[^`]*`|<pre.*?</pre>");

    /// A schema file is not here: it is never edited once it is released.
    private static final String SQL =
            "{sql,sql/functions,sql/roles,rls-policies/policies,rls-policies/rules/*,rls-policies/**/main/**}/*.sql";

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
        assertPlain(files("rls-policies/rules/*/rule.md")
                .flatMap(page -> paragraphs(read(page)).map(text -> new Text(page, text))));
    }

    // --- the texts -----------------------------------------------------------------------------------------------

    /// A text, and the file that holds it.
    private record Text(Path file, String text) {

        /// How it offends, as `file: text`; empty if it does not.
        Stream<String> offence() {
            var words = QUOTED.matcher(text.strip()).replaceAll("`code`");
            return Stream.of(FORBIDDEN, BEGINNING)
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
        var all = texts.toList();
        assertThat(all).hasSizeGreaterThan(50);
        assertThat(all.stream().flatMap(Text::offence)).isEmpty();
    }

    /// Every string of the code that is more than one word, with what `+` joins as one.
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
