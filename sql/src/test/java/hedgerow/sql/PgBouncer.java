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
import java.util.Map;
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

    /// Starts a PgBouncer.
    ///
    /// @param ignored start-up parameters that it drops silently
    public static PgBouncer start(Path program, List<DatabaseUrl> logins, String ignored) throws IOException {
        return start(program, logins, Map.of(), "ignore_startup_parameters = " + ignored + "\n");
    }

    /// Starts a PgBouncer that requires TLS of its clients and verifies the server behind it, by
    /// certificates of `authority` for `localhost`.
    public static PgBouncer encrypted(Path program, List<DatabaseUrl> logins, TestAuthority authority)
            throws IOException {
        TestAuthority.Signed own = authority.sign("localhost");
        Map<String, String> files =
                Map.of("own.key", own.key(), "own.crt", own.certificate(), "authority.crt", authority.certificate());
        return start(program, logins, files, """
            ignore_startup_parameters = extra_float_digits
            client_tls_sslmode = require
            client_tls_key_file = FOLDER/own.key
            client_tls_cert_file = FOLDER/own.crt
            server_tls_sslmode = verify-full
            server_tls_ca_file = FOLDER/authority.crt
            """);
    }

    /// Starts a PgBouncer that resets its server connections after every transaction, which transaction
    /// mode does not do by itself.
    public static PgBouncer resetting(Path program, List<DatabaseUrl> logins) throws IOException {
        return start(program, logins, Map.of(), """
            ignore_startup_parameters = extra_float_digits
            server_reset_query = DISCARD ALL
            server_reset_query_always = 1
            """);
    }

    private static PgBouncer start(Path program, List<DatabaseUrl> logins, Map<String, String> files, String settings)
            throws IOException {
        Path folder = Files.createTempDirectory(
                "hedgerow-pgbouncer",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        int port = freePort();
        DatabaseUrl target = logins.getFirst();
        Files.writeString(
                folder.resolve("pgbouncer.ini"),
                """
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
                """.formatted(target.database(), target.host(), target.port(), port, folder)
                        + settings.replace("FOLDER", folder.toString()));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
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

    /// The URL by which a login reaches the database behind it.
    public DatabaseUrl pooled(DatabaseUrl login) {
        return new DatabaseUrl("127.0.0.1", port, login.database(), login.user(), login.password(), login.parameters());
    }

    /// Connects without prepared statements, which PgBouncer before 1.21 cannot follow from one server
    /// connection to the next.
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
