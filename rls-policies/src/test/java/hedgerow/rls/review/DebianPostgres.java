package hedgerow.rls.review;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// PostgreSQL 15 of Debian, whose packages of extensions need its own server. It runs in a temporary directory,
/// where psql reaches it by a socket.
final class DebianPostgres implements AutoCloseable {

    private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");
    private static final Path PGTAP = Path.of("/usr/share/postgresql/15/extension/pgtap.control");

    private final Path home;

    private DebianPostgres(Path home) {
        this.home = home;
    }

    /// The file that is missing on this machine; empty if all are there.
    static Optional<Path> missing() {
        return Stream.of(PROGRAMS.resolve("initdb"), PGTAP, Path.of("/usr/bin/psql"))
                .filter(file -> !Files.exists(file))
                .findFirst();
    }

    static DebianPostgres start() throws IOException {
        var open = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxrwxrwx"));
        var home = Files.createTempDirectory("hedgerow-debian", open);
        Files.setPosixFilePermissions(home, open.value());
        var server = new DebianPostgres(home);
        server.program("initdb", "-D", server.cluster(), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync");
        server.program(
                "pg_ctl",
                "start",
                "-w",
                "-D",
                server.cluster(),
                "-l",
                home.resolve("server.log").toString(),
                "-o",
                "-F -c listen_addresses='' -k " + home);
        return server;
    }

    /// The output of psql, errors included.
    String run(String script) throws IOException {
        var file = Files.writeString(home.resolve("script.sql"), script);
        return output(List.of(
                        "/usr/bin/psql",
                        "-X",
                        "-q",
                        "-v",
                        "ON_ERROR_STOP=1",
                        "-h",
                        home.toString(),
                        "-U",
                        "postgres",
                        "-f",
                        file.toString()))
                .text();
    }

    @Override
    public void close() throws IOException {
        program("pg_ctl", "stop", "-w", "-m", "immediate", "-D", cluster());
        try (var files = Files.walk(home)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private String cluster() {
        return home.resolve("cluster").toString();
    }

    /// Runs a program of the server, which refuses to be root's.
    private void program(String name, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("runuser", "-u", "postgres", "--"));
        }
        command.add(PROGRAMS.resolve(name).toString());
        command.addAll(List.of(arguments));
        var done = output(command);
        if (done.status() != 0) {
            throw new IOException("%s: %s".formatted(name, done.text()));
        }
    }

    private record Output(int status, String text) {}

    private Output output(List<String> command) throws IOException {
        var log = home.resolve("output.log").toFile();
        var process = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
        return new Output(process.onExit().join().exitValue(), Files.readString(log.toPath()));
    }
}
