package hedgerow.sql;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A PgBouncer in transaction mode in front of one database, as Debian packages it.
public final class PgBouncer implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(20);

    private final Path folder;
    private final int port;
    private final Process process;

    private PgBouncer(Path folder, int port, Process process) {
        this.folder = folder;
        this.port = port;
        this.process = process;
    }

    public static Optional<Path> program() {
        return Stream.of("/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer")
                .map(Path::of)
                .filter(Files::isExecutable)
                .findFirst();
    }

    public static PgBouncer start(Path program, List<DatabaseUrl> logins) throws IOException {
        return start(program, logins, "extra_float_digits");
    }

    /// @param ignored start-up parameters that it drops without a word
    public static PgBouncer start(Path program, List<DatabaseUrl> logins, String ignored) throws IOException {
        Path folder = Files.createTempDirectory(
                "hedgerow-pgbouncer",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        int port = freePort();
        DatabaseUrl target = logins.getFirst();
        Files.writeString(folder.resolve("pgbouncer.ini"), """
            [databases]
            %s = host=%s port=%d
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = %d
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = %s/users.txt
            pool_mode = transaction
            default_pool_size = 2
            server_login_retry = 1
            ignore_startup_parameters = %s
            """.formatted(
                        target.database(), target.host(), target.port(), port, folder, ignored));
        Files.write(
                folder.resolve("users.txt"),
                logins.stream()
                        .map(login -> "\"" + login.user().orElseThrow() + "\" \""
                                + login.password().orElseThrow() + "\"")
                        .toList());
        List<String> command = new ArrayList<>(List.of(program.toString()));
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(List.of("-u", "nobody"));
        }
        command.add(folder.resolve("pgbouncer.ini").toString());
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        return new PgBouncer(folder, port, process);
    }

    /// Where a login finds the database behind it.
    public DatabaseUrl pooled(DatabaseUrl login) {
        return new DatabaseUrl("127.0.0.1", port, login.database(), login.user(), login.password(), login.parameters());
    }

    /// PgBouncer before 1.21 cannot follow prepared statements from one server connection to the next.
    public Connection connect(DatabaseUrl login) throws SQLException, IOException {
        DatabaseUrl pooled = pooled(login);
        Instant deadline = Instant.now().plus(START);
        while (true) {
            try {
                return java.sql.DriverManager.getConnection(pooled.jdbc() + "&prepareThreshold=0");
            } catch (SQLException e) {
                if (!process.isAlive() || Instant.now().isAfter(deadline)) {
                    throw new IOException("PgBouncer does not answer: " + Files.readString(folder.resolve("log")), e);
                }
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        process.onExit().join();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
