package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import hedgerow.server.http.ProblemCode;
import hedgerow.sql.DatabaseProblem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/// The rules of the house, as far as a program can check them.
class TidyTest {

    private static final int LONGEST_METHOD = 70;
    private static final int LONGEST_LINE = 120;

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();

    private static final String CODE = "{**.java,**.sql,**.xml,**.yaml,**.tsv,hedgerow,.ci/run}";
    private static final String MAIN = "{*,*/*}/src/main/java/**.java";
    private static final String CHANGESETS = "{sql/roles,sql/functions,sql/schema,rls-policies/policies}/*.sql";
    private static final String POLICIES = "rls-policies/policies/*.sql";

    private static final Pattern TABLE = Pattern.compile("(?m)^create table (?:app|app_private)\\.(\\w+)");
    private static final Pattern PUBLIC_TYPE = Pattern.compile("(?m)^public .*?(?:class|interface|record|enum) (\\w+)");
    private static final Pattern PRINTED = Pattern.compile("error\\[([a-z-]+)\\]");
    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");
    private static final Pattern HTTP_DOCUMENTED = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| ([0-9]{3}) \\|");
    /// A short line of a doc comment after a long one, in the middle of a sentence that goes on.
    private static final Pattern FRAGMENT =
            Pattern.compile("(?m)^\\h*/// .{80,}\\R\\h*/// ([^-*|#>@ ].{0,18}[^.:\\s])\\R\\h*/// (?![-*|#>@])\\S");
    private static final Pattern UNFINISHED = Pattern.compile("\\b(?:TO" + "DO|FIX" + "ME)\\b");
    private static final Pattern LEAKY_MAPPER = Pattern.compile("\\$\\{|<cache");

    // --- all code ------------------------------------------------------------------------------------------------

    @Test
    void a_method_has_at_most_70_lines() throws IOException {
        var tooLong = new ArrayList<String>();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var sources = manager.getJavaFileObjectsFromPaths(files("**.java").toList());
            var javac = (JavacTask) compiler.getTask(null, manager, null, null, null, sources);
            var positions = Trees.instance(javac).getSourcePositions();
            javac.parse().forEach(unit -> new MethodLengths(unit, positions, tooLong).scan(unit, null));
        }
        assertThat(tooLong).isEmpty();
    }

    @Test
    void a_line_has_at_most_120_columns() {
        assertThat(lines(CODE, line -> line.length() > LONGEST_LINE)).isEmpty();
    }

    @Test
    void nothing_is_left_unfinished() {
        assertThat(lines(CODE, UNFINISHED.asPredicate())).isEmpty();
    }

    /// The formatter leaves such a fragment where it breaks a line that is too long for it.
    @Test
    void a_doc_comment_has_no_fragment_of_a_line() {
        assertThat(files("**.java")
                        .flatMap(file -> FRAGMENT.matcher(read(file))
                                .results()
                                .map(found -> ROOT.relativize(file) + ": " + found.group(1))))
                .isEmpty();
    }

    @Test
    void a_public_type_is_on_the_list() throws IOException {
        var types = files(MAIN).flatMap(TidyTest::publicTypes).sorted();
        assertThat(types).containsExactlyElementsOf(Files.readAllLines(ROOT.resolve("docs/api.txt")));
    }

    /// One name, one thing: a reader who meets it in an import need not ask which.
    @Test
    void no_two_public_types_share_a_name() throws IOException {
        assertThat(Files.readAllLines(ROOT.resolve("docs/api.txt")).stream()
                        .map(type -> type.substring(type.lastIndexOf('.') + 1)))
                .doesNotHaveDuplicates();
    }

    @Test
    void a_problem_is_documented() {
        var documented = DOCUMENTED
                .matcher(read(ROOT.resolve("docs/errors.md")))
                .results()
                .map(TidyTest::name);
        var printed = files(MAIN).flatMap(file -> PRINTED.matcher(read(file)).results());
        var codes = Stream.of(DatabaseProblem.Code.values()).map(DatabaseProblem.Code::slug);
        assertThat(documented)
                .containsAll(Stream.concat(codes, printed.map(TidyTest::name)).toList());
    }

    @Test
    void a_problem_of_the_api_is_documented_with_its_status() {
        var documented = HTTP_DOCUMENTED
                .matcher(read(ROOT.resolve("docs/errors.md")))
                .results()
                .map(match -> match.group(1) + " " + match.group(2));
        var codes = Stream.of(ProblemCode.values()).map(code -> code.slug() + " " + code.status());
        assertThat(documented).containsExactlyInAnyOrderElementsOf(codes.toList());
    }

    // --- SQL -----------------------------------------------------------------------------------------------------

    @Test
    void a_changeset_is_alone_in_its_file() {
        assertThat(files(CHANGESETS))
                .allSatisfy(file -> assertThat(directives(file, "changeset ")).hasSize(1));
    }

    @Test
    void a_changeset_has_a_comment_and_a_way_back() {
        assertThat(files(CHANGESETS)).allSatisfy(file -> {
            assertThat(directives(file, "comment: ")).hasSize(1);
            assertThat(directives(file, "rollback ")).isNotEmpty();
        });
    }

    /// Liquibase writes its own table after a changeset, in the same transaction.
    @Test
    void a_changeset_that_becomes_another_role_comes_back() {
        assertThat(files(CHANGESETS))
                .allMatch(file ->
                        read(file).lastIndexOf("set local role") <= read(file).lastIndexOf("\nreset role;"));
    }

    @Test
    void a_table_has_a_policy_file_and_a_policy_file_has_a_table() {
        var tables = files("sql/schema/*.sql")
                .flatMap(file -> TABLE.matcher(read(file)).results());
        var policies = files(POLICIES).map(file -> file.getFileName().toString().replace(".sql", ""));
        assertThat(policies)
                .containsExactlyInAnyOrderElementsOf(tables.map(TidyTest::name).toList());
    }

    /// `${` pastes text into SQL; a cache would return one tenant's rows to another.
    @Test
    void a_mapper_neither_pastes_nor_caches() {
        assertThat(lines("mappers/src/main/**.xml", LEAKY_MAPPER.asPredicate())).isEmpty();
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    /// The matching files, in the order of their names, except for generated ones.
    private static Stream<Path> files(String glob) {
        var matcher = ROOT.getFileSystem().getPathMatcher("glob:" + glob);
        try (var files = Files.walk(ROOT)) {
            return files
                    .map(ROOT::relativize)
                    .filter(matcher::matches)
                    .filter(file -> !file.toString().matches(".*(target|node_modules)/.*"))
                    .map(ROOT::resolve)
                    .sorted()
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The matching lines, as `file:line: text`.
    private static Stream<String> lines(String glob, Predicate<String> predicate) {
        return files(glob).flatMap(file -> {
            var lines = read(file).lines().toList();
            return IntStream.range(0, lines.size())
                    .filter(i -> predicate.test(lines.get(i)))
                    .mapToObj(i -> "%s:%d: %s".formatted(ROOT.relativize(file), i + 1, lines.get(i)));
        });
    }

    private static List<String> directives(Path file, String directive) {
        return read(file)
                .lines()
                .filter(line -> line.startsWith("--" + directive))
                .toList();
    }

    private static Stream<String> publicTypes(Path file) {
        var folders = file.getParent().toString().replaceFirst(".*/src/main/java/", "");
        return PUBLIC_TYPE.matcher(read(file)).results().map(type -> folders.replace('/', '.') + "." + name(type));
    }

    private static String name(MatchResult match) {
        return match.group(1);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Records the methods that are too long.
    private static final class MethodLengths extends TreeScanner<Void, Void> {

        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final List<String> tooLong;

        MethodLengths(CompilationUnitTree unit, SourcePositions positions, List<String> tooLong) {
            this.unit = unit;
            this.positions = positions;
            this.tooLong = tooLong;
        }

        @Override
        public Void visitMethod(MethodTree method, Void nothing) {
            var first = line(positions.getStartPosition(unit, method));
            var length = line(positions.getEndPosition(unit, method)) - first + 1;
            if (length > LONGEST_METHOD) {
                tooLong.add("%s, %s: %d lines".formatted(unit.getSourceFile().getName(), method.getName(), length));
            }
            return super.visitMethod(method, nothing);
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }
    }
}
