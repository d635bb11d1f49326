package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The titles, messages and pages of the rules are written in plain English, as far as a machine can see.
class EnglishTest {

    private static final Path RULES = Path.of("rules");
    private static final Path JAVA = Path.of("src/main/java/hedgerow/rls");

    /// Turns of phrase that no message has.
    private static final Pattern FORBIDDEN = Pattern.compile(
            "(?i)\\b(so many|says?|said|tells?|told|counts? on|is not said|belongs? into|asks? for|are asked|"
                    + "not any more|has been noted|there is no such thing|as it becomes)\\b");

    /// How no sentence begins.
    private static final Pattern BEGINNING =
            Pattern.compile("(?m)(^|[.!?]\\s+)(What|So|Of|Until|As|The same)\\s(?!for)");

    private static final Pattern SQL_TEXT = Pattern.compile("'((?:[^']|'')*)'");
    private static final Pattern JAVA_TEXT = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern CODE = Pattern.compile("(?s)```.*?```|`[^`]*`|^---\n.*?\n---\n");

    @Test
    void a_title_is_a_plain_statement() {
        assertThat(RuleCatalog.load().pages())
                .allSatisfy(page -> assertThat(page.title())
                        .as(page.slug())
                        .doesNotContainPattern(FORBIDDEN)
                        .doesNotContainPattern(BEGINNING));
    }

    @Test
    void a_page_uses_none_of_the_forbidden_phrases() throws IOException {
        assertThat(files(RULES, "rule.md")).allSatisfy(page -> {
            var prose = CODE.matcher(Files.readString(page)).replaceAll("");
            assertThat(prose.replaceAll("## What\n", "")).as(page.toString()).doesNotContainPattern(FORBIDDEN);
        });
    }

    @Test
    void a_sentence_of_a_page_begins_with_its_subject() throws IOException {
        assertThat(files(RULES, "rule.md")).allSatisfy(page -> {
            var prose = CODE.matcher(Files.readString(page)).replaceAll("").replace("## What\n", "");
            for (var paragraph : prose.split("\n\\s*\n")) {
                assertThat(paragraph.strip())
                        .as(page.toString())
                        .doesNotContainPattern(Pattern.compile("(\\A|[.!?]\\s+)(What|So|Of|Until|As)\\s"));
            }
        });
    }

    @Test
    void a_message_of_a_rule_in_sql_is_plain() throws IOException {
        assertThat(files(RULES, "rule.sql"))
                .allSatisfy(rule -> assertThat(texts(rule, SQL_TEXT))
                        .as(rule.toString())
                        .allSatisfy(text -> assertThat(text).doesNotContainPattern(FORBIDDEN)));
    }

    @Test
    void a_message_of_a_rule_in_java_and_of_a_report_is_plain() throws IOException {
        for (var area : List.of("review", "report")) {
            assertThat(files(JAVA.resolve(area), ".java"))
                    .allSatisfy(source -> assertThat(texts(source, JAVA_TEXT))
                            .as(source.toString())
                            .allSatisfy(text -> assertThat(text)
                                    .doesNotContainPattern(FORBIDDEN)
                                    .doesNotContainPattern(BEGINNING)));
        }
    }

    private static List<Path> files(Path folder, String end) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
        }
    }

    private static List<String> texts(Path file, Pattern pattern) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> line.replaceFirst("(^|\\s)(--|///?) .*", ""))
                    .flatMap(line -> pattern.matcher(line).results().map(text -> text.group(1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
