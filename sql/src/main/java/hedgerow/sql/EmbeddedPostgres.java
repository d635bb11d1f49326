package hedgerow.sql;

import hedgerow.sql.DatabaseProblem.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// A PostgreSQL server of Hedgerow's own, on 127.0.0.1 only, run as a plain user or as root.
///
/// Its directory contains:
///
///     cluster/      the data directory, created under another name and renamed when complete
///     pgpass        passwords, in libpq's format, readable by their owner only
///     server.log    the server's log since its last start; server.log.1 is that of the run before
///     lock          held while a process of Hedgerow runs the server
///
/// Passwords are random, authentication is SCRAM, data checksums are on. A permanent directory keeps
/// `fsync` on; an ephemeral server has it off, and vanishes with its JVM even if the JVM is killed.
public final class EmbeddedPostgres implements AutoCloseable {

    /// The superuser of every cluster that this class creates.
    public static final String SUPERUSER = "postgres";

    /// The available major versions.
    public static final List<Integer> VERSIONS = List.of(15, 16, 17, 18);

    /// The default version: the newest. Tests may choose another by the system property
    /// `hedgerow.postgres`.
    public static final int USUAL = Integer.getInteger("hedgerow.postgres", VERSIONS.getLast());

    private static final String HOST = "127.0.0.1";
    private static final int STOP_SECONDS = 60;
    private static final int MOST_LOOKS = 1_000;
    private static final int LOOK_MILLIS = 5;

    private final Path directory;
    private final PostgresBinaries binaries;
    private final Account account;
    private final DirectoryLock lock;
    private final Consumer<String> progress;
    private final boolean ephemeral;
    private PasswordFile passwords;
    private Optional<String> passwordOfCopy = Optional.empty();
    private Optional<Process> watchdog = Optional.empty();
    private int port;
    private boolean closed;

    private EmbeddedPostgres(
            PostgresBinaries binaries, Path directory, boolean ephemeral, Account account, Consumer<String> progress) {
        this.binaries = binaries;
        this.directory = directory;
        this.ephemeral = ephemeral;
        this.account = account;
        this.progress = progress;
        this.lock = DirectoryLock.take(directory);
    }

    /// Starts the server of `directory`, and creates its cluster first if there is none.
    ///
    /// A server that an earlier process left running there is stopped first.
    ///
    /// @param port 1 to 65535, or 0 for any free one
    /// @param progress receives a short message before each step that takes time
    /// @throws DatabaseProblem if the server cannot be started; nothing in the directory is lost then
    public static EmbeddedPostgres open(Path directory, int port, Consumer<String> progress) {
        return open(USUAL, directory, port, progress);
    }

    /// Starts the server of `directory` with a version of [#VERSIONS].
    public static EmbeddedPostgres open(int version, Path directory, int port, Consumer<String> progress) {
        return open(version, directory, port, Account.current(), progress);
    }

    static EmbeddedPostgres open(int version, Path directory, int port, Account account, Consumer<String> progress) {
        var home = directory.toAbsolutePath().normalize();
        prepare(home, account);
        var binaries = PostgresBinaries.unpacked(version, account, progress);
        return new EmbeddedPostgres(binaries, home, false, account, progress).start(port);
    }

    /// Starts a server that is fast, loses all data when closed, and does not outlive this JVM.
    public static EmbeddedPostgres ephemeral(int port, Consumer<String> progress) {
        return ephemeral(USUAL, port, progress);
    }

    /// Starts an ephemeral server with a version of [#VERSIONS].
    public static EmbeddedPostgres ephemeral(int version, int port, Consumer<String> progress) {
        var account = Account.current();
        var binaries = PostgresBinaries.unpacked(version, account, progress);
        try {
            var home = Files.createTempDirectory("hedgerow-");
            openFolder(home, account);
            return new EmbeddedPostgres(binaries, home, true, account, progress).start(port);
        } catch (IOException e) {
            var temporary = Path.of(System.getProperty("java.io.tmpdir"));
            throw Trouble.unusable(temporary, "cannot make a temporary directory", e);
        }
    }

    /// The default directory of [#open]: `XDG_DATA_HOME/hedgerow`, otherwise `~/.hedgerow`.
    ///
    /// The account that some containers force on the server cannot enter root's home; there the directory
    /// is `/var/lib/hedgerow`.
    public static Path defaultDirectory() {
        var base = System.getenv("XDG_DATA_HOME");
        if (base != null && base.startsWith("/")) {
            return Path.of(base, "hedgerow");
        }
        return Account.current().isForeign()
                ? Path.of("/var/lib/hedgerow")
                : Path.of(System.getProperty("user.home"), ".hedgerow");
    }

    /// The full version, such as `18.6`.
    public String version() {
        return binaries.version();
    }

    public Path directory() {
        return directory;
    }

    /// The URL by which `user` reaches `database` on this server.
    ///
    /// @throws IllegalArgumentException if the password file does not know `user`
    public DatabaseUrl url(String database, String user) {
        return passwords
                .url(database, user)
                .orElseThrow(() -> new IllegalArgumentException("the password of %s is unknown".formatted(user)));
    }

    public Path passwordFile() {
        return passwords.path();
    }

    /// Creates `database` unless it exists.
    public void createDatabase(String database) {
        try (var connection = Connector.connect(url("postgres", SUPERUSER));
                var statement = connection.createStatement();
                var known =
                        statement.executeQuery("select from pg_database where datname = '%s'".formatted(database))) {
            if (!known.next()) {
                connection.createStatement().execute("create database \"%s\"".formatted(database));
            }
        } catch (SQLException e) {
            throw new DatabaseProblem(
                    Code.SERVER_FAILED, "cannot create database " + database, e.getMessage(), "read " + log(), e);
        }
    }

    /// Gives each of [Logins#ALL] a password, once those roles exist, and stores it in the password file.
    public void setPasswords() {
        Logins.ALL.forEach(passwords::orRandom);
        keepPasswords();
        try (var connection = Connector.connect(url("postgres", SUPERUSER))) {
            for (var login : Logins.ALL) {
                Logins.setPassword(connection, login, passwords.orRandom(login));
            }
        } catch (SQLException e) {
            throw new DatabaseProblem(
                    Code.SERVER_FAILED, "cannot set the passwords", e.getMessage(), "read " + log(), e);
        }
    }

    /// Gives the superuser of a copied cluster a password of its own.
    private void changePassword(String present) {
        var url = url("postgres", SUPERUSER);
        try (var connection = Connector.connect(url.withUser(SUPERUSER, Optional.of(present)))) {
            Logins.setPassword(connection, SUPERUSER, passwords.orRandom(SUPERUSER));
        } catch (SQLException e) {
            throw new DatabaseProblem(
                    Code.SERVER_FAILED, "cannot set the passwords", e.getMessage(), "read " + log(), e);
        }
    }

    private void keepPasswords() {
        try {
            passwords.write(HOST, port);
        } catch (IOException e) {
            throw Trouble.unusable(directory, "cannot write " + passwords.path(), e);
        }
    }

    /// Stops the server: open transactions are rolled back, every committed change is on disk. A second
    /// call is harmless.
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            stopServer();
            watchdog.ifPresent(Process::destroyForcibly);
            if (ephemeral) {
                Folders.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.close();
        }
    }

    private EmbeddedPostgres start(int wanted) {
        try {
            stopLeftover();
            port = wanted == 0 ? freePort() : wanted;
            checkPort();
            if (Files.exists(cluster())) {
                checkVersion();
                openPasswords();
            } else {
                create();
            }
            account.own(cluster());
            startServer();
            passwords.orRandom(SUPERUSER);
            keepPasswords();
            if (passwordOfCopy.isPresent()) {
                changePassword(passwordOfCopy.get());
            }
            return this;
        } catch (IOException e) {
            closeAfter(e);
            throw Trouble.unusable(directory, "cannot use " + directory, e);
        } catch (RuntimeException e) {
            closeAfter(e);
            throw e;
        }
    }

    private void closeAfter(Exception failure) {
        try {
            close();
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    // --- the directory -------------------------------------------------------------------------------------------

    private static void prepare(Path home, Account account) {
        // initdb and pg_ctl pass the path to a shell, within double quotes
        if (home.toString().matches("(?s).*[\"$`\\\\\\n].*")) {
            throw Trouble.unusable(home, "a data directory's path must not contain \" $ ` \\ or a line break", null);
        }
        try {
            Files.createDirectories(home);
            if (!isOurs(home)) {
                throw Trouble.unusable(home, home + " is not empty, and was not created by Hedgerow", null);
            }
            openFolder(home, account);
        } catch (IOException e) {
            throw Trouble.unusable(home, "cannot create or write " + home, e);
        }
    }

    private static boolean isOurs(Path home) throws IOException {
        try (Stream<Path> content = Files.list(home)) {
            return Files.exists(home.resolve(DirectoryLock.FILE))
                    || content.findAny().isEmpty();
        }
    }

    private static void openFolder(Path home, Account account) throws IOException {
        var permissions = account.isForeign() ? "rwx--x--x" : "rwx------";
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString(permissions));
    }

    private Path cluster() {
        return directory.resolve("cluster");
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    private void checkVersion() throws IOException {
        var made = Files.readString(cluster().resolve("PG_VERSION")).strip();
        if (!made.equals(Integer.toString(binaries.major()))) {
            throw new DatabaseProblem(
                    Code.DATA_VERSION,
                    "%s was created by PostgreSQL %s, but this is PostgreSQL %d"
                            .formatted(directory, made, binaries.major()),
                    "Data files of one major version cannot be read by another. Nothing was changed.",
                    "start it with --postgres %s, or choose another directory with --data".formatted(made));
        }
    }

    private void openPasswords() throws IOException {
        passwords = PasswordFile.read(directory.resolve("pgpass"));
        if (passwords.password(SUPERUSER).isEmpty()) {
            throw new DatabaseProblem(
                    Code.PASSWORDS_LOST,
                    "the password of %s is not in %s".formatted(SUPERUSER, passwords.path()),
                    "The cluster is untouched, but nobody can log in to it.",
                    "restore that file, or choose another directory with --data");
        }
    }

    private void create() throws IOException {
        progress.accept("creating a PostgreSQL %s cluster in %s".formatted(version(), directory));
        removeUnfinished();
        var fresh = Files.createTempDirectory(directory, "cluster-");
        passwords = PasswordFile.read(directory.resolve("pgpass"));
        try {
            fill(fresh);
            passwords.write(HOST, 0);
            Files.move(fresh, cluster(), StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Folders.delete(fresh);
        }
    }

    private void fill(Path fresh) throws IOException {
        var initdb = new Initdb(binaries, account);
        if (ephemeral && initdb.mayCopy()) {
            passwordOfCopy = Optional.of(initdb.copy(fresh));
        } else {
            var secret = directory.resolve("superuser-password");
            check(
                    initdb.run(fresh, secret, passwords.orRandom(SUPERUSER), !ephemeral),
                    "cannot create a cluster in " + directory);
        }
    }

    /// Removes the unfinished cluster that a process killed inside [#create] leaves behind.
    private void removeUnfinished() throws IOException {
        try (var unfinished = Files.newDirectoryStream(directory, "cluster-*")) {
            for (var folder : unfinished) {
                Folders.delete(folder);
            }
        }
    }

    // --- the server ----------------------------------------------------------------------------------------------

    private void startServer() throws IOException {
        progress.accept("starting PostgreSQL %s on port %d".formatted(version(), port));
        rotateLog();
        var answer = control("start", "-l", log().toString(), "-o", settings());
        if (!answer.succeeded()) {
            check(new Command(answer.status(), Files.readString(log()) + answer.output()), "PostgreSQL did not start");
        }
        if (ephemeral) {
            watchdog = Optional.of(watch());
        }
    }

    private String settings() {
        var settings = new ArrayList<>(List.of("port=" + port, "listen_addresses=" + HOST, "unix_socket_directories="));
        settings.add("password_encryption=scram-sha-256");
        settings.add("cluster_name=hedgerow");
        if (ephemeral) {
            settings.addAll(List.of("fsync=off", "synchronous_commit=off", "full_page_writes=off"));
        }
        return "-c " + String.join(" -c ", settings);
    }

    private void rotateLog() throws IOException {
        if (Files.exists(log())) {
            Files.move(log(), directory.resolve("server.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        Files.createFile(log(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        account.own(log());
    }

    private Command control(String action, String... more) {
        var command = new ArrayList<>(
                List.of(binaries.program("pg_ctl"), action, "-D", cluster().toString(), "-w"));
        command.addAll(List.of("-t", Integer.toString(STOP_SECONDS)));
        command.addAll(List.of(more));
        return Command.run(account.command(command));
    }

    private void stopServer() {
        if (!Files.exists(pidFile())) {
            return;
        }
        if (ephemeral && quits()) {
            return;
        }
        if (!control("stop", "-m", ephemeral ? "immediate" : "fast").succeeded() && Files.exists(pidFile())) {
            control("stop", "-m", "immediate");
        }
    }

    /// Ends a server whose data nobody needs. pg_ctl would wait in steps of 100 ms.
    private boolean quits() {
        try {
            var pid = Files.readAllLines(pidFile()).getFirst().strip();
            Command.run(account.command(List.of(binaries.program("pg_ctl"), "kill", "QUIT", pid)));
            for (var i = 0; i < MOST_LOOKS && Files.exists(pidFile()); i++) {
                Thread.sleep(LOOK_MILLIS);
            }
            return !Files.exists(pidFile());
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private Path pidFile() {
        return cluster().resolve("postmaster.pid");
    }

    /// Stops a server that has lost its parent: we hold the lock, so any server that still runs here is
    /// one.
    private void stopLeftover() throws IOException {
        if (!Files.exists(pidFile())) {
            return;
        }
        var pid = Long.parseLong(Files.readAllLines(pidFile()).getFirst().strip());
        var process = ProcessHandle.of(pid);
        if (process.isEmpty()) {
            return; // it crashed; PostgreSQL recovers by itself
        }
        if (process.get()
                .info()
                .command()
                .filter(name -> name.endsWith("postgres"))
                .isPresent()) {
            progress.accept("stopping the server that an earlier run left behind (process %d)".formatted(pid));
            stopServer();
        } else {
            Files.delete(pidFile()); // its number now belongs to another program: PostgreSQL would not start
        }
    }

    /// Starts a shell that reads from a pipe which only this JVM holds open: when it reads the end, the JVM
    /// is gone.
    private Process watch() throws IOException {
        var script = "trap '' INT TERM HUP; read -r _; \"$@\" >/dev/null 2>&1; rm -rf -- \"$0\"";
        var command = new ArrayList<>(List.of("/bin/sh", "-c", script, directory.toString()));
        command.addAll(account.command(
                List.of(binaries.program("pg_ctl"), "stop", "-D", cluster().toString(), "-m", "immediate")));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    // --- the port ------------------------------------------------------------------------------------------------

    private void checkPort() throws IOException {
        try (var probe = new ServerSocket()) {
            probe.bind(new InetSocketAddress(HOST, port));
        } catch (BindException e) {
            throw portBusy(e.getMessage());
        }
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return probe.getLocalPort();
        }
    }

    private DatabaseProblem portBusy(String detail) {
        return new DatabaseProblem(
                Code.PORT_BUSY,
                "port %d on %s is in use, or reserved".formatted(port, HOST),
                detail,
                "stop the program that listens there, or choose another port with --port");
    }

    private void check(Command answer, String failure) {
        if (answer.succeeded()) {
            return;
        }
        throw answer.output().contains("could not bind")
                ? portBusy(Trouble.complaints(answer.output()))
                : Trouble.of(answer, failure, directory);
    }
}
