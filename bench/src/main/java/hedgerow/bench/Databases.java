package hedgerow.bench;

import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.Logins;
import hedgerow.sql.Migrations;
import hedgerow.sql.Mode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/// A PostgreSQL server with three copies of the same million orders: in the project's plain mode, sealed,
/// and without row-level security.
///
/// They are copies of one database, which is kept for the next run. The rows that a run inserts are gone
/// with its copies.
final class Databases implements AutoCloseable {

    /// The protection of a database.
    enum Kind {
        PLAIN,
        SEALED,
        FLOOR;

        private String database() {
            return "bench_" + name().toLowerCase(Locale.ROOT);
        }
    }

    private static final String SEED = "bench_seed";
    private static final String PEER = "bench_peer";

    /// The settings of a server for a machine like this one. During measurements only the requests should
    /// cause work.
    private static final Map<String, String> SETTINGS = Map.of(
            "max_connections", "600",
            "shared_buffers", "3GB",
            "max_wal_size", "16GB",
            "checkpoint_timeout", "1h",
            "autovacuum", "off");

    private final EmbeddedPostgres server;
    private final Path scripts;
    private final Consumer<String> say;
    private final String bindKey = HexFormat.of().formatHex(random(32));
    private final String peerPassword = HexFormat.of().formatHex(random(16));

    private Databases(EmbeddedPostgres server, Path scripts, Consumer<String> say) {
        this.server = server;
        this.scripts = scripts;
        this.say = say;
    }

    /// Opens the server.
    ///
    /// @param data where the server keeps its data, also for other runs
    /// @param scripts the SQL files of the benchmark
    static Databases open(Path data, Path scripts, Consumer<String> say) throws SQLException, IOException {
        var databases = new Databases(configured(data, say), scripts, say);
        try {
            databases.prepare();
            return databases;
        } catch (SQLException | IOException | RuntimeException e) {
            databases.close();
            throw e;
        }
    }

    private static EmbeddedPostgres configured(Path data, Consumer<String> say) throws SQLException {
        var server = started(data, say);
        try (var connection = server.url("postgres", EmbeddedPostgres.SUPERUSER).connect();
                var statement = connection.createStatement()) {
            for (var setting : SETTINGS.entrySet()) {
                statement.execute("alter system set %s = '%s'".formatted(setting.getKey(), setting.getValue()));
            }
        } finally {
            server.close();
        }
        return started(data, say);
    }

    /// A started server, which ends with this program, even when that is interrupted.
    private static EmbeddedPostgres started(Path data, Consumer<String> say) {
        var server = EmbeddedPostgres.open(data, 0, say);
        Runtime.getRuntime().addShutdownHook(new Thread(server::close));
        return server;
    }

    private void prepare() throws SQLException, IOException {
        seed();
        for (var kind : Kind.values()) {
            say.accept("copying the orders to " + kind.database());
            execute("postgres", "drop database if exists " + kind.database());
            execute("postgres", "create database %s template %s strategy file_copy".formatted(kind.database(), SEED));
            execute("postgres", script("access.sql").replace(SEED, kind.database()));
        }
        server.setPasswords();
        execute(Kind.FLOOR.database(), script("floor.sql"));
        new Migrations(admin(Kind.SEALED.database())).migrate(Optional.of(Mode.SEALED), line -> {});
        execute(
                Kind.SEALED.database(),
                "set role hedgerow_owner;"
                        + " select app_private.create_key('seal'), app_private.create_key('bind', '\\x%s')"
                                .formatted(bindKey));
        preparePeers();
        settle();
        for (var kind : Kind.values()) {
            execute(kind.database(), script("warm.sql"));
        }
    }

    private void preparePeers() throws SQLException, IOException {
        var database = Kind.PLAIN.database();
        execute(database, "drop role if exists " + PEER);
        execute(database, script("peers.sql"));
        execute(database, "alter role %s password '%s'".formatted(PEER, peerPassword));
        execute(database, "grant execute on function set_config(text, text, boolean) to " + PEER);
    }

    /// Fills the database, again if the script has changed since then.
    private void seed() throws SQLException, IOException {
        var script = script("seed.sql");
        var stamp = HexFormat.of().formatHex(sha256(script));
        if (!stamp.equals(seeded())) {
            execute("postgres", "drop database if exists " + SEED);
            server.createDatabase(SEED);
            new Migrations(admin(SEED)).migrate(Optional.of(Mode.PLAIN), line -> {});
            say.accept("making 1,000,000 orders in 1,000 tenants: a few minutes, once");
            execute(SEED, script);
            execute(SEED, "vacuum (freeze, analyze)");
            execute(SEED, "comment on database %s is '%s'".formatted(SEED, stamp));
        }
        if (new Migrations(admin(SEED)).migrate(Optional.empty(), line -> {}) > 0) {
            execute(SEED, "vacuum (analyze)");
        }
    }

    private String seeded() throws SQLException {
        try (var connection = admin("postgres").connect();
                var statement = connection.prepareStatement(
                        "select shobj_description(oid, 'pg_database') from pg_database where datname = ?")) {
            statement.setString(1, SEED);
            try (var rows = statement.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    /// The URL of the application, whose session variables only `app.bind` sets.
    DatabaseUrl application(Kind kind) {
        return server.url(kind.database(), Logins.APP);
    }

    /// The URL of a service that sets the session variables itself.
    DatabaseUrl peer() {
        return application(Kind.PLAIN).withUser(PEER, Optional.of(peerPassword));
    }

    /// The bind key of the database in sealed mode.
    String bindKey() {
        return bindKey;
    }

    /// The passwords of its logins.
    Path passwordFile() {
        return server.passwordFile();
    }

    String version() {
        return server.version();
    }

    long processId() throws IOException {
        var lines = Files.readAllLines(server.directory().resolve("cluster").resolve("postmaster.pid"));
        return Long.parseLong(lines.getFirst().strip());
    }

    /// Writes everything so far to disk, so that it is not written while something else is measured, and
    /// updates statistics as autovacuum, which is off here, would have done.
    void settle() throws SQLException {
        for (var kind : Kind.values()) {
            execute(kind.database(), "analyze");
        }
        execute("postgres", "checkpoint");
    }

    /// The pages touched and the bytes written by all requests so far.
    record Counted(long buffers, long walBytes) {}

    Counted counted() throws SQLException {
        try (var connection = admin("postgres").connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery("select sum(blks_hit + blks_read)::bigint,"
                        + " (pg_current_wal_insert_lsn() - '0/0')::bigint from pg_stat_database")) {
            row.next();
            return new Counted(row.getLong(1), row.getLong(2));
        }
    }

    /// The API keys of the tenants, in their order.
    static List<String> apiKeys() {
        return IntStream.rangeClosed(1, 1000)
                .mapToObj("hk_test_%036d"::formatted)
                .map(body -> body + HexFormat.of().formatHex(sha256(body)).substring(0, 6))
                .toList();
    }

    private DatabaseUrl admin(String database) {
        return server.url(database, EmbeddedPostgres.SUPERUSER);
    }

    private void execute(String database, String sql) throws SQLException {
        try (var connection = admin(database).connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private String script(String name) throws IOException {
        return Files.readString(scripts.resolve(name));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] random(int bytes) {
        var random = new byte[bytes];
        new SecureRandom().nextBytes(random);
        return random;
    }

    @Override
    public void close() {
        server.close();
    }
}
