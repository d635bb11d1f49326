package hedgerow.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs `./hedgerow` on an artificial machine: a copy of it looks for JDKs in folders of the test, `mvn` is
/// a script that records its call, and the jar is a small program.
@Timeout(60)
class LauncherTest {

    /// The only tools that it may use.
    private static final List<String> TOOLS =
            List.of("dirname", "find", "ln", "mkdir", "mv", "readlink", "rm", "sleep", "touch");

    private static final List<String> SOURCES = List.of(
            "pom.xml",
            "mappers/pom.xml",
            "sql/src/main/A",
            "server/src/main/B",
            "rls-policies/policies/a.sql",
            "rls-policies/bind/src/main/D");

    private static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    @TempDir
    private Path folder;

    private Path machine;
    private Path path;
    private Path project;

    @BeforeEach
    void prepare() throws IOException {
        folder = folder.toRealPath();
        machine = Files.createDirectories(folder.resolve("machine"));
        path = Files.createDirectories(folder.resolve("path"));
        project = Files.createDirectories(folder.resolve("the project"));
        for (var tool : TOOLS) {
            tool(tool);
        }
        program(path.resolve("nice"), "exit 0"); // no rehearsal outlives a test
        for (var source : SOURCES) {
            write(project.resolve(source), "");
        }
        write(project.resolve("server/src/test/C"), "");
        var script = Files.readString(Path.of("..", "hedgerow"));
        script = script.replaceAll("(?<=\\s)/(usr|opt|home|Library)/", machine + "/$1/");
        executable(project.resolve("hedgerow"), script);
        var jar = jar(folder.resolve("built.jar"));
        mvn("sleep 0.1; mkdir -p server/target; ln -f '%s' server/target/hedgerow.jar".formatted(jar));
    }

    // --- the JDK -------------------------------------------------------------------------------------------------

    @Test
    void it_finds_a_jdk_where_jdks_usually_are() throws Exception {
        installJdk();
        assertThat(hedgerow().said).contains("runs in");
    }

    @Test
    void it_finds_a_jdk_in_a_home_folder() throws Exception {
        jdk(folder.resolve("home/.sdkman/candidates/java/25"), "25", "echo the one at home runs");
        assertThat(hedgerow().said).contains("the one at home runs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"25", "25.0.1", "26-ea", "110.1"})
    void it_takes_the_jdk_of_java_home_first(String version) throws Exception {
        installJdk();
        assertThat(runWith(otherJdk(version)).said).contains("the other runs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.8.0_402", "9-ea", "17.0.15", "24.0.2", "", "rubbish"})
    void it_passes_over_a_java_home_that_is_too_old(String version) throws Exception {
        installJdk();
        assertThat(runWith(otherJdk(version)).said).contains("runs in").doesNotContain("the other runs");
    }

    @Test
    void it_names_the_jdk_to_install_when_there_is_none() throws Exception {
        var outcome = hedgerow();
        assertThat(outcome.exit).isEqualTo(2);
        assertThat(outcome.said).contains("JDK 25", "apt install", "brew install", "JAVA_HOME");
    }

    // --- running -------------------------------------------------------------------------------------------------

    @Test
    void it_runs_through_links_from_any_folder() throws Exception {
        installJdk();
        var elsewhere = Files.createDirectories(folder.resolve("else where/deep"));
        Files.createSymbolicLink(elsewhere.resolve("second"), project.resolve("hedgerow"));
        Files.createSymbolicLink(elsewhere.resolve("first"), Path.of("../deep/second"));
        var outcome = end(start(Path.of("deep/first"), elsewhere.getParent(), Optional.empty()));
        assertThat(outcome.said).contains("runs in " + elsewhere.getParent());
        assertThat(builds()).hasSize(1);
    }

    @Test
    void it_hands_on_arguments_and_exit_status_as_they_are() throws Exception {
        installJdk();
        var outcome = hedgerow("a b", "", "*", "$HOME", "--exit=3");
        assertThat(outcome.said).contains("with [a b, , *, $HOME, --exit=3]");
        assertThat(outcome.exit).isEqualTo(3);
    }

    // --- building ------------------------------------------------------------------------------------------------

    @Test
    void it_builds_once_with_a_message() throws Exception {
        installJdk();
        assertThat(hedgerow().said).contains("building");
        assertThat(hedgerow().said).doesNotContain("building").contains("runs in");
        assertThat(builds()).hasSize(1).first().asString().contains("-DskipTests package");
    }

    @ParameterizedTest
    @FieldSource("SOURCES")
    void it_builds_again_when_a_source_is_newer(String source) throws Exception {
        installJdk();
        hedgerow();
        write(project.resolve(source), "changed");
        assertThat(hedgerow().said).contains("building");
        assertThat(hedgerow().said).doesNotContain("building");
    }

    @Test
    void it_builds_again_when_a_source_is_gone() throws Exception {
        installJdk();
        hedgerow();
        Files.delete(project.resolve("sql/src/main/A"));
        assertThat(hedgerow().said).contains("building");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server/target/classes/B", "server/src/test/C", "README.md"})
    void it_does_not_rebuild_for_files_outside_the_jar(String file) throws Exception {
        installJdk();
        hedgerow();
        write(project.resolve(file), "changed");
        assertThat(hedgerow().said).doesNotContain("building");
    }

    @Test
    void two_at_once_build_once() throws Exception {
        installJdk();
        var first = start(project.resolve("hedgerow"), folder, Optional.empty());
        var second = start(project.resolve("hedgerow"), folder, Optional.empty());
        assertThat(Stream.of(end(first), end(second)).map(Outcome::said)).allMatch(said -> said.contains("runs in"));
        assertThat(builds()).hasSize(1);
    }

    @Test
    void the_lock_of_a_build_that_was_killed_holds_up_nobody() throws Exception {
        installJdk();
        var dead = new ProcessBuilder("true").start();
        dead.waitFor();
        var target = Files.createDirectories(project.resolve("server/target"));
        Files.createSymbolicLink(target.resolve("build.lock"), Path.of(Long.toString(dead.pid())));
        assertThat(hedgerow().said).contains("runs in");
    }

    @Test
    void a_build_that_fails_is_reported_and_tried_again() throws Exception {
        installJdk();
        mvn("echo no such symbol; exit 1");
        var outcome = hedgerow();
        assertThat(outcome.exit).isEqualTo(1);
        assertThat(outcome.said)
                .contains("no such symbol")
                .contains("the build failed")
                .doesNotContain("runs in");
        hedgerow();
        assertThat(builds()).hasSize(2);
    }

    @Test
    void it_reports_that_maven_is_missing() throws Exception {
        installJdk();
        Files.delete(path.resolve("mvn"));
        var outcome = hedgerow();
        assertThat(outcome.exit).isEqualTo(2);
        assertThat(outcome.said).contains("Maven 3.8").contains("apt install maven");
    }

    // --- rehearsals ----------------------------------------------------------------------------------------------

    @Test
    void the_first_run_begins_a_rehearsal_that_makes_later_starts_faster() throws Exception {
        installJdk();
        tool("nice");
        hedgerow();
        awaitRehearsal();
        hedgerow();
        assertThat(javaCalls().getFirst()).doesNotContain("-XX:AOTCache=");
        assertThat(javaCalls().getLast()).contains("-XX:AOTCache=" + notes());
        assertThat(javaCalls()).filteredOn(call -> call.endsWith(" rehearse")).hasSize(1);
    }

    @Test
    void the_jvm_can_use_the_record_of_a_rehearsal() throws Exception {
        installJdk();
        hedgerow("rehearse");
        var command = List.of(
                JAVA, "-XX:AOTMode=on", "-XX:AOTCache=" + notes(), "-jar", project + "/server/target/hedgerow.jar");
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        assertThat(new String(process.getInputStream().readAllBytes())).startsWith("runs in");
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void only_what_runs_for_days_waits_for_the_better_compiler() throws Exception {
        installJdk();
        for (var command : List.of("review", "up", "serve", "work")) {
            hedgerow(command);
        }
        assertThat(javaCalls())
                .filteredOn(call -> call.contains("-XX:TieredStopAtLevel=1"))
                .extracting(call -> call.replaceFirst(".* ", ""))
                .containsExactly("review", "up");
    }

    @Test
    void notes_of_an_earlier_build_are_left_alone_and_renewed() throws Exception {
        installJdk();
        hedgerow("rehearse");
        write(project.resolve("sql/src/main/A"), "changed");
        hedgerow();
        assertThat(javaCalls().getLast()).doesNotContain("-XX:AOTCache=");
        hedgerow("rehearse");
        hedgerow();
        assertThat(javaCalls().getLast()).contains("-XX:AOTCache=");
    }

    @Test
    void notes_of_another_jdk_are_left_alone() throws Exception {
        installJdk();
        hedgerow("rehearse");
        installJdk("25.0.2");
        hedgerow();
        assertThat(javaCalls().getLast()).doesNotContain("-XX:AOTCache=");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 5_000, 100_000})
    void damaged_notes_are_ignored_silently(long size) throws Exception {
        installJdk();
        var whole = hedgerow("rehearse").said + hedgerow().said;
        var notes = notes();
        var age = Files.getLastModifiedTime(notes);
        try (var file = FileChannel.open(notes, StandardOpenOption.WRITE)) {
            file.truncate(size);
        }
        Files.setLastModifiedTime(notes, age);
        assertThat(whole).endsWith(hedgerow().said);
        assertThat(javaCalls().getLast()).contains("-XX:AOTCache=");
    }

    @Test
    void a_rehearsal_that_fails_is_harmless_and_not_repeated() throws Exception {
        installJdk("25.0.1", "case $* in *rehearse) exit 1 ;; esac; exec '%s' \"$@\"".formatted(JAVA));
        hedgerow("rehearse");
        program(path.resolve("nice"), "echo >'%s'".formatted(folder.resolve("again")));
        assertThat(hedgerow().said).startsWith("runs in");
        assertThat(javaCalls().getLast()).doesNotContain("-XX:AOTCache=");
        assertThat(folder.resolve("again")).doesNotExist();
    }

    @Test
    void it_runs_even_where_nothing_can_be_stored() throws Exception {
        installJdk();
        hedgerow("rehearse");
        var notes = notes();
        Files.delete(notes);
        Files.createDirectories(Path.of(notes + ".age/in the way"));
        tool("nice");
        assertThat(hedgerow().said).startsWith("runs in");
        awaitRehearsal();
        assertThat(notes).doesNotExist();
    }

    @Test
    void one_rehearsal_at_a_time() throws Exception {
        installJdk();
        hedgerow();
        var lock = project.resolve("server/target/rehearsal.lock");
        Files.createSymbolicLink(
                lock, Path.of(Long.toString(ProcessHandle.current().pid())));
        hedgerow("rehearse");
        assertThat(javaCalls()).hasSize(1);
        assertThat(lock).isSymbolicLink();
    }

    private Path notes() throws IOException {
        try (var files = Files.list(project.resolve("server/target"))) {
            var notes = files.filter(file -> file.toString().endsWith(".aot")).toList();
            assertThat(notes).hasSize(1);
            return notes.getFirst();
        }
    }

    /// The calls of the JDK that [#installJdk] made.
    private List<String> javaCalls() throws IOException {
        return Files.readAllLines(folder.resolve("java.txt"));
    }

    /// Waits for the end of a rehearsal in the background.
    private void awaitRehearsal() throws InterruptedException {
        for (var found = ProcessHandle.current(); found != null; Thread.sleep(20)) {
            found = ProcessHandle.allProcesses()
                    .filter(process -> process.info().commandLine().orElse("").contains(project + "/hedgerow rehearse"))
                    .findFirst()
                    .orElse(null);
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    /// The program in the jar.
    static final class Program {
        public static void main(String[] arguments) {
            System.out.printf("runs in %s with %s%n", Path.of("").toAbsolutePath(), List.of(arguments));
            System.exit(List.of(arguments).contains("--exit=3") ? 3 : 0);
        }
    }

    private record Outcome(int exit, String said) {}

    private record Started(Process process, Path output) {}

    private Outcome hedgerow(String... arguments) throws Exception {
        return end(start(project.resolve("hedgerow"), folder, Optional.empty(), arguments));
    }

    private Outcome runWith(Path javaHome) throws Exception {
        return end(start(project.resolve("hedgerow"), folder, Optional.of(javaHome)));
    }

    private Started start(Path script, Path directory, Optional<Path> home, String... arguments) throws IOException {
        var output = Files.createTempFile(folder, "output-", ".txt");
        var command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", path.toString());
        builder.environment().put("HOME", folder.resolve("home").toString());
        home.ifPresent(jdk -> builder.environment().put("JAVA_HOME", jdk.toString()));
        return new Started(builder.start(), output);
    }

    private static Outcome end(Started started) throws Exception {
        try {
            var exit = started.process.waitFor();
            return new Outcome(exit, Files.readString(started.output));
        } finally {
            started.process.destroy();
        }
    }

    private List<String> builds() throws IOException {
        var calls = folder.resolve("calls.txt");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    /// Installs a `mvn`.
    ///
    /// @param build its script, run in the folder of the project
    private void mvn(String build) throws IOException {
        program(
                path.resolve("mvn"),
                "echo \"$*\" >>'%s'\ncd '%s'\n%s".formatted(folder.resolve("calls.txt"), project, build));
    }

    private void installJdk() throws IOException {
        installJdk("25.0.1");
    }

    private void installJdk(String version) throws IOException {
        installJdk(version, "exec '%s' \"$@\"".formatted(JAVA));
    }

    private void installJdk(String version, String java) throws IOException {
        var noted = "echo \"$*\" >>'%s'\n%s".formatted(folder.resolve("java.txt"), java);
        jdk(machine.resolve("usr/lib/jvm/jdk-25"), version, noted);
    }

    private void tool(String name) throws IOException {
        program(path.resolve(name), "exec '%s' \"$@\"".formatted(find(name)));
    }

    private Path otherJdk(String version) throws IOException {
        return jdk(folder.resolve("other jdk"), version, "echo the other runs");
    }

    private static Path jdk(Path home, String version, String java) throws IOException {
        program(home.resolve("bin/javac"), "exit 1");
        program(home.resolve("bin/java"), java);
        write(home.resolve("release"), """
            IMPLEMENTOR="x"
            JAVA_RUNTIME_VERSION="%1$s+9"
            JAVA_VERSION="%1$s"
            OS_NAME="y"
            """.formatted(version));
        return home;
    }

    private static Path jar(Path jar) throws IOException {
        var manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, Program.class.getName());
        var name = Program.class.getName().replace('.', '/') + ".class";
        try (var out = new JarOutputStream(Files.newOutputStream(jar), manifest);
                var in = Program.class.getClassLoader().getResourceAsStream(name)) {
            out.putNextEntry(new JarEntry(name));
            in.transferTo(out);
        }
        return jar;
    }

    private static Path find(String tool) {
        var found = Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), tool + " is not on the PATH");
        return found.get();
    }

    private static void program(Path file, String script) throws IOException {
        executable(file, "#!/bin/sh\n" + script + "\n");
    }

    private static void executable(Path file, String text) throws IOException {
        write(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static void write(Path file, String text) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
