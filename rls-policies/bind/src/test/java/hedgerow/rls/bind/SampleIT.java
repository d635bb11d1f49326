package hedgerow.rls.bind;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Somebody else's application, built from the installed artifact by a Maven of its own, and run by its own
/// tests.
class SampleIT {

    private static final Path TARGET = Path.of("target").toAbsolutePath();
    private static final Path SAMPLE = TARGET.resolve("sample");

    /// The repository in which the build has installed the binder and its parent; everything else was
    /// downloaded by the machine.
    private static final Path REPOSITORY = TARGET.resolve("repository");

    private static final Path INSTALLED =
            REPOSITORY.resolve(Path.of("dev/hedgerow/hedgerow-bind", System.getProperty("hedgerow.version")));

    @BeforeAll
    static void link() throws IOException {
        var downloaded = Files.createDirectories(Path.of(System.getProperty("maven.repository")));
        linkContent(downloaded, REPOSITORY, "dev");
        if (Files.isDirectory(downloaded.resolve("dev"))) {
            linkContent(downloaded.resolve("dev"), REPOSITORY.resolve("dev"), "hedgerow");
        }
        copy(Path.of("sample"), SAMPLE);
    }

    private static void linkContent(Path from, Path to, String except) throws IOException {
        try (var folders = Files.newDirectoryStream(from)) {
            for (var folder : folders) {
                if (!folder.endsWith(except)) {
                    link(to.resolve(folder.getFileName()), folder);
                }
            }
        }
    }

    private static void link(Path link, Path target) throws IOException {
        try {
            Files.createSymbolicLink(link, target);
        } catch (FileAlreadyExistsException e) {
            // by an earlier build
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            files.filter(Files::isRegularFile)
                    .filter(file -> !file.startsWith(from.resolve("target")))
                    .forEach(file -> copyFile(file, to.resolve(from.relativize(file))));
        }
    }

    private static void copyFile(Path from, Path to) {
        try {
            Files.createDirectories(to.getParent());
            Files.writeString(to, Files.readString(from));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void the_installed_artifact_is_the_binder_and_nothing_else() throws IOException {
        assertThat(installed(".pom")).hasSameTextualContentAs(Path.of("pom.xml"));
        try (var jar = new JarFile(installed(".jar").toFile())) {
            assertThat(jar.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName))
                    .contains("hedgerow/rls/bind/TenantDataSource.class", "hedgerow/rls/bind/self_check.sql")
                    .allMatch(name -> name.startsWith("hedgerow/rls/bind/") || name.startsWith("META-INF/"));
        }
    }

    private static Path installed(String extension) throws IOException {
        try (var files = Files.list(INSTALLED)) {
            return files.filter(file -> file.toString().endsWith(extension))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void the_sample_application_keeps_its_tenants_apart_with_jdbc_template_hibernate_and_jooq() throws Exception {
        try (var server = EmbeddedPostgres.ephemeral(0, line -> {})) {
            var admin = server.url("postgres", EmbeddedPostgres.SUPERUSER);
            try (var connection = admin.connect();
                    var statement = connection.createStatement()) {
                statement.execute(Files.readString(SAMPLE.resolve("database.sql")));
                statement.execute("revoke temporary on database postgres from public");
            }
            var log = build(admin.jdbcAddress());
            assertThat(log).contains("Tests run: 11, Failures: 0, Errors: 0, Skipped: 0", "BUILD SUCCESS");
        }
    }

    private static String build(String jdbc) throws Exception {
        var log = SAMPLE.resolve("build.log");
        var builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("maven.home"), "bin", "mvn").toString(),
                        "-B",
                        "-ntp",
                        "-Dmaven.repo.local=" + REPOSITORY,
                        "verify"))
                .directory(SAMPLE.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("SPRING_DATASOURCE_URL", jdbc);
        builder.environment().remove("MAVEN_OPTS");
        var maven = builder.start();
        try {
            assertThat(maven.waitFor(10, TimeUnit.MINUTES)).as("it ends").isTrue();
        } finally {
            maven.destroyForcibly();
        }
        return Files.readString(log);
    }
}
