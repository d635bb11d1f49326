package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import hedgerow.sql.DatabaseProblem.Code;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final boolean ROOT = new UnixSystem().getUid() == 0;

    @TempDir
    private Path folder;

    private final List<String> told = new ArrayList<>();

    // --- a healthy server ----------------------------------------------------------------------------------------

    @Test
    void a_lasting_cluster_is_durable_and_closed() throws Exception {
        try (var server = open(folder)) {
            assertThat(setting(server, "fsync")).isEqualTo("on");
            assertThat(setting(server, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(server, "data_checksums")).isEqualTo("on");
            assertThat(setting(server, "server_encoding")).isEqualTo("UTF8");
            assertThat(setting(server, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(setting(server, "unix_socket_directories")).isEmpty();
            assertThat(query(server, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules"))
                    .isEqualTo("scram-sha-256");
            assertThat(permissions(server.passwordFile())).isEqualTo("rw-------");
        }
    }

    @Test
    void names_sort_alike_on_every_machine() throws Exception {
        try (var server = open(folder)) {
            var major = Integer.parseInt(server.version().split("\\.")[0]);
            assertThat(query(server, "select datlocprovider from pg_database where datname = 'template1'"))
                    .isEqualTo(major >= 17 ? "b" : "c");
            assertThat(query(server, "select string_agg(x, '' order by x) from unnest('{a,B,b,A}'::text[]) x"))
                    .isEqualTo("ABab");
        }
    }

    @Test
    void a_wrong_password_is_refused() {
        try (var server = open(folder)) {
            var wrong = superuser(server).withUser(EmbeddedPostgres.SUPERUSER, Optional.of("wrong"));
            assertThatThrownBy(wrong::connect)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }

    @Test
    void data_and_passwords_survive_a_restart() throws Exception {
        DatabaseUrl before;
        try (var server = open(folder)) {
            before = superuser(server);
            remember(server);
        }
        assertThat(folder.resolve("cluster/postmaster.pid")).doesNotExist();
        try (var server = open(folder)) {
            assertThat(superuser(server).password()).isEqualTo(before.password());
            assertThat(isRemembered(server)).isTrue();
        }
    }

    @Test
    void an_ephemeral_server_leaves_nothing() throws Exception {
        Path directory;
        try (var server = EmbeddedPostgres.ephemeral(0, told::add)) {
            directory = server.directory();
            assertThat(setting(server, "fsync")).isEqualTo("off");
        }
        assertThat(directory).doesNotExist();
    }

    @Test
    void ephemeral_servers_share_no_password() throws Exception {
        try (var one = EmbeddedPostgres.ephemeral(0, told::add);
                var other = EmbeddedPostgres.ephemeral(0, told::add)) {
            var mine = superuser(one).password();
            assertThat(mine).isNotEqualTo(superuser(other).password());
            assertThat(query(one, "select 1")).isEqualTo("1");
            var theirs = superuser(other).withUser(EmbeddedPostgres.SUPERUSER, mine);
            assertThatThrownBy(theirs::connect)
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
            try (var templates =
                    Files.walk(PostgresBinaries.unpacked(EmbeddedPostgres.USUAL, Account.current(), told::add)
                            .folder())) {
                var secrets = templates
                        .filter(path -> path.endsWith("password")
                                && path.getParent().getFileName().toString().startsWith("template-"))
                        .toList();
                assertThat(secrets)
                        .hasSize(Account.current().isForeign() ? 0 : 1)
                        .allSatisfy(secret -> {
                            var shared = Optional.of(Files.readString(secret));
                            assertThatThrownBy(() -> superuser(one)
                                            .withUser(EmbeddedPostgres.SUPERUSER, shared)
                                            .connect())
                                    .isInstanceOf(SQLException.class);
                            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                                    .isEqualTo("rw-------");
                        });
            }
        }
    }

    @Test
    void closing_twice_is_harmless() {
        var server = open(folder);
        server.close();
        server.close();
    }

    @Test
    void a_path_may_have_spaces() throws Exception {
        try (var server = open(folder.resolve("my data"))) {
            assertThat(query(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void root_without_user_namespaces_runs_it_as_nobody() throws Exception {
        assumeTrue(ROOT, "SKIPPED: only root steps down to another account");
        var shared = Files.createTempDirectory("hedgerow-test-");
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            try (var server = EmbeddedPostgres.open(
                    EmbeddedPostgres.USUAL, shared.resolve("data"), 0, Account.NOBODY, told::add)) {
                assertThat(Files.getAttribute(shared.resolve("data/cluster"), "unix:uid"))
                        .isEqualTo(65534);
                assertThat(permissions(server.passwordFile())).isEqualTo("rw-------");
                remember(server);
            }
            try (var server = open(shared.resolve("data"))) {
                assertThat(isRemembered(server)).isTrue();
            }
        } finally {
            Folders.delete(shared);
        }
    }

    @Test
    void passwords_are_set_without_showing_them_to_the_server() throws Exception {
        try (var server = open(folder)) {
            execute(server, "alter system set log_statement = 'all'");
            execute(server, "select pg_reload_conf()");
            Eventually.holds(
                    "log_statement = all",
                    PATIENCE,
                    () -> setting(server, "log_statement").equals("all"));
            for (var login : Logins.ALL) {
                execute(server, "create role %s login".formatted(login));
            }
            server.setPasswords();
            server.url("postgres", Logins.APP).connect().close();
            var password = server.url("postgres", Logins.APP).password().orElseThrow();
            assertThat(Files.readString(folder.resolve("server.log")))
                    .contains("SCRAM-SHA-256$")
                    .doesNotContain(password);
            assertThat(Files.readString(server.passwordFile())).contains(Logins.APP + ":" + password);
        }
    }

    // --- two at once, and what a killed process leaves ---------------------------------------------------------------

    @Test
    void a_directory_has_one_server() throws Exception {
        try (var server = open(folder)) {
            refused(Code.DIRECTORY_IN_USE, () -> open(folder));
            try (var other = ServerInAnotherJvm.start(folder.toString(), Map.of())) {
                assertThat(other.answer())
                        .startsWith("DIRECTORY_IN_USE")
                        .contains("process " + ProcessHandle.current().pid());
            }
            assertThat(query(server, "select 1")).isEqualTo("1");
        }
        open(folder).close();
    }

    @Test
    void a_server_left_by_a_killed_process_is_stopped_first() throws Exception {
        open(folder).close();
        try (var other = ServerInAnotherJvm.start(folder.toString(), Map.of())) {
            assertThat(other.answer()).isEqualTo(folder.toString());
            other.kill();
        }
        var leftover = postmaster(folder);
        assertThat(leftover.isAlive()).isTrue();
        try (var server = open(folder)) {
            assertThat(told).anyMatch(line -> line.contains("process %d".formatted(leftover.pid())));
            Eventually.holds("the leftover is gone", PATIENCE, () -> !leftover.isAlive());
            assertThat(query(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void an_ephemeral_server_dies_with_its_process() throws Exception {
        Path directory;
        ProcessHandle postmaster;
        try (var other = ServerInAnotherJvm.start("-", Map.of())) {
            directory = Path.of(other.answer());
            postmaster = postmaster(directory);
            other.kill();
        }
        Eventually.holds("the server is gone", PATIENCE, () -> !postmaster.isAlive());
        Eventually.holds("its directory is gone", PATIENCE, () -> Files.notExists(directory));
    }

    @Test
    void a_number_of_a_dead_server_may_belong_to_another_program() throws Exception {
        open(folder).close();
        var pidFile = folder.resolve("cluster/postmaster.pid");
        Files.writeString(pidFile, "%d%n%s%n".formatted(ProcessHandle.current().pid(), folder.resolve("cluster")));
        try (var server = open(folder)) {
            assertThat(query(server, "select 1")).isEqualTo("1");
        }
    }

    @Test
    void two_processes_unpack_at_once() throws Exception {
        var cache = Map.of("XDG_CACHE_HOME", folder.resolve("cache").toString());
        try (var one = ServerInAnotherJvm.start("-", cache);
                var two = ServerInAnotherJvm.start("-", cache)) {
            assertThat(List.of(one.answer(), two.answer())).allMatch(answer -> answer.startsWith("/"));
        }
        try (var unpacked = Files.list(folder.resolve("cache/hedgerow"))) {
            assertThat(unpacked.map(path -> path.getFileName().toString()))
                    .singleElement()
                    .satisfies(name -> assertThat(name).matches("postgres-[0-9.]+-[0-9a-f]{16}"));
        }
    }

    // --- bad input -----------------------------------------------------------------------------------------------

    @Test
    void a_busy_port_is_named_and_the_data_stays() throws Exception {
        try (var server = open(folder)) {
            remember(server);
        }
        try (var busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            var port = busy.getLocalPort();
            refused(Code.PORT_BUSY, () -> EmbeddedPostgres.open(folder, port, told::add), Integer.toString(port));
        }
        try (var server = open(folder)) {
            assertThat(isRemembered(server)).isTrue();
        }
    }

    @Test
    void data_of_another_version_is_left_alone() throws Exception {
        open(folder).close();
        var version = folder.resolve("cluster/PG_VERSION");
        var ours = Files.readString(version);
        Files.writeString(version, "14\n");
        refused(Code.DATA_VERSION, () -> open(folder), "PostgreSQL 14", "PostgreSQL " + ours.strip());
        assertThat(version).hasContent("14");
        Files.writeString(version, ours);
        open(folder).close();
    }

    @Test
    void a_directory_of_someone_else_is_left_alone() throws Exception {
        Files.writeString(folder.resolve("thesis.txt"), "do not touch");
        refused(Code.DIRECTORY_UNUSABLE, () -> open(folder), "not empty");
        try (var content = Files.list(folder)) {
            assertThat(content).containsExactly(folder.resolve("thesis.txt"));
        }
    }

    @Test
    void a_path_that_a_shell_would_change_is_refused() {
        refused(Code.DIRECTORY_UNUSABLE, () -> open(folder.resolve("$HOME")));
        assertThat(folder.resolve("$HOME")).doesNotExist();
    }

    @Test
    void a_lost_password_file_is_named() throws Exception {
        open(folder).close();
        Files.delete(folder.resolve("pgpass"));
        refused(
                Code.PASSWORDS_LOST,
                () -> open(folder),
                folder.resolve("pgpass").toString());
    }

    @Test
    void an_unfinished_cluster_is_made_anew() throws Exception {
        open(folder).close();
        Files.move(folder.resolve("cluster"), folder.resolve("cluster-unfinished"));
        Files.delete(folder.resolve("pgpass"));
        open(folder).close();
        assertThat(folder.resolve("cluster-unfinished")).doesNotExist();
    }

    @Test
    void a_directory_that_cannot_be_written_is_named() throws Exception {
        try (var mount = readOnly()) {
            refused(
                    Code.DIRECTORY_UNUSABLE,
                    () -> open(mount.path().resolve("data")),
                    mount.path().toString());
        }
    }

    @Test
    void a_disk_too_small_for_a_cluster_is_named_and_can_be_enlarged() throws Exception {
        try (var disk = Mount.tmpfs(folder, "size=16m")) {
            refused(
                    Code.DISK_FULL,
                    () -> open(disk.path().resolve("data")),
                    disk.path().toString());
            disk.remount("size=300m");
            try (var server = open(disk.path().resolve("data"))) {
                assertThat(query(server, "select 1")).isEqualTo("1");
            }
        }
    }

    @Test
    void a_disk_that_fills_up_loses_nothing() throws Exception {
        try (var disk = Mount.tmpfs(folder, "size=120m")) {
            var data = disk.path().resolve("data");
            try (var server = open(data)) {
                remember(server);
                assertThatThrownBy(() -> execute(
                                server,
                                "create table big as select repeat('x', 100), i from generate_series(1, 9000000) i"))
                        .isInstanceOf(SQLException.class);
            }
            disk.remount("size=300m");
            try (var server = open(data)) {
                assertThat(isRemembered(server)).isTrue();
            }
        }
    }

    @Test
    void a_cache_that_cannot_be_written_is_named() throws Exception {
        try (var mount = readOnly();
                var other = ServerInAnotherJvm.start(
                        "-", Map.of("XDG_CACHE_HOME", mount.path().toString()))) {
            assertThat(other.answer())
                    .startsWith("DIRECTORY_UNUSABLE")
                    .contains(mount.path().toString());
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private EmbeddedPostgres open(Path directory) {
        return EmbeddedPostgres.open(directory, 0, told::add);
    }

    /// A read-only mount. Permissions do not stop root; a mount does.
    private Mount readOnly() throws IOException {
        if (ROOT) {
            return Mount.tmpfs(folder, "ro");
        }
        var locked = Files.createDirectory(folder.resolve("locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("r-x------"));
        return new Mount(locked, false);
    }

    private static void refused(Code code, ThrowingCallable action, String... parts) {
        assertThatThrownBy(action).isInstanceOfSatisfying(DatabaseProblem.class, problem -> {
            assertThat(problem.code()).as(problem.toString()).isEqualTo(code);
            assertThat(problem.toString()).contains("hint: ");
            assertThat(List.of(parts))
                    .allSatisfy(part -> assertThat(problem.toString()).contains(part));
        });
    }

    private static ProcessHandle postmaster(Path directory) throws IOException {
        var pid =
                Files.readAllLines(directory.resolve("cluster/postmaster.pid")).getFirst();
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static DatabaseUrl superuser(EmbeddedPostgres server) {
        return server.url("postgres", EmbeddedPostgres.SUPERUSER);
    }

    private static void remember(EmbeddedPostgres server) throws SQLException {
        execute(server, "create table remembered ()");
    }

    private static boolean isRemembered(EmbeddedPostgres server) {
        return query(server, "select to_regclass('remembered') is not null").equals("t");
    }

    private static String setting(EmbeddedPostgres server, String name) {
        return query(server, "select current_setting('%s')".formatted(name));
    }

    private static void execute(EmbeddedPostgres server, String sql) throws SQLException {
        try (var connection = superuser(server).connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String query(EmbeddedPostgres server, String sql) {
        try (var connection = superuser(server).connect();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
