package hedgerow.rls.copy;

import hedgerow.rls.load.LoadLimits;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import org.postgresql.PGConnection;

/// A temporary server for untrusted databases.
///
/// Statements that contain code of the source run as a loader, which is not a superuser: PostgreSQL itself
/// denies it COPY from or to programs and files, C functions, untrusted languages, server settings and the
/// network. Roles get their attributes when its sessions have ended. Autovacuum is off, because it would
/// run index expressions as the owner of their table. The server's own superuser has a name that no source
/// has: the source's first superuser is an ordinary role here.
final class CopyServer implements AutoCloseable {

    private static final String PREFIX = "hedgerow_";
    private static final String MAINTENANCE = "template1";
    private static final String LAST = "postgres";

    private final EmbeddedPostgres server;
    private final LoadLimits limits;
    private final String secret = random();
    private final DatabaseUrl superuser;

    private CopyServer(EmbeddedPostgres server, LoadLimits limits) throws SQLException {
        this.server = server;
        this.limits = limits;
        this.superuser = renamed(server.url(MAINTENANCE, EmbeddedPostgres.SUPERUSER));
    }

    static CopyServer start(int postgres, LoadLimits limits, Consumer<String> progress) throws SQLException {
        var server = EmbeddedPostgres.ephemeral(postgres, 0, progress);
        try {
            return new CopyServer(server, limits);
        } catch (SQLException e) {
            server.close();
            throw e;
        }
    }

    /// Creates an empty database, and its loader.
    ///
    /// @param database the name of the source, because expressions may read it
    Target prepare(String database) throws SQLException {
        var loader = PREFIX + "loader_" + random().substring(0, 16);
        var maintenance = database.equals(MAINTENANCE) ? LAST : MAINTENANCE;
        try (var connection = superuser(maintenance)) {
            var name = quoted(connection, database);
            execute(connection, "drop database if exists " + name);
            execute(connection, "create database %s template template0".formatted(name));
            execute(connection, "alter system set autovacuum = off");
            execute(connection, "select pg_catalog.pg_reload_conf()");
            execute(connection, "create role %s login password '%s'".formatted(loader, secret));
            execute(connection, "alter role %s set temp_file_limit = '256MB'".formatted(loader));
            execute(connection, "grant create on database %s to %s".formatted(name, loader));
        }
        var admin = superuser(database);
        execute(admin, CatalogSide.text("session"));
        execute(admin, "set check_function_bodies = off; drop schema public");
        execute(admin, "set hedgerow.loader = '%s'".formatted(loader));
        execute(
                admin,
                "set hedgerow.superuser = '%s'".formatted(superuser.user().orElseThrow()));
        return new Target(this, limits, database, loader, admin);
    }

    /// The superuser's URL of a database.
    DatabaseUrl url(String database) {
        return superuser.withDatabase(database);
    }

    Connection superuser(String database) throws SQLException {
        return url(database).connect();
    }

    Connection loader(String database, String loader) throws SQLException {
        return url(database)
                .withUser(loader, Optional.of(secret))
                .withParameter("maxResultBuffer", "32M")
                .withParameter("socketTimeout", Long.toString(limits.statement().toSeconds() + 2))
                .connect();
    }

    void renew(Connection loader) throws SQLException {
        execute(loader, "discard all");
        execute(loader, CatalogSide.text("session"));
        execute(
                loader,
                "set check_function_bodies = off; set statement_timeout = '%ds'"
                        .formatted(limits.statement().toSeconds()));
    }

    static String random() {
        return HexFormat.of().formatHex(new SecureRandom().generateSeed(24));
    }

    static String quoted(Connection connection, String name) throws SQLException {
        return connection.unwrap(PGConnection.class).escapeIdentifier(name);
    }

    static void execute(Connection connection, String sql) throws SQLException {
        CatalogSide.execute(connection, sql);
    }

    @Override
    public void close() {
        server.close();
    }

    /// Renames the superuser. The session's own role cannot be renamed, so that another superuser does it.
    private DatabaseUrl renamed(DatabaseUrl bootstrap) throws SQLException {
        var helper = PREFIX + "helper";
        var name = PREFIX + "superuser_" + random().substring(0, 16);
        try (var connection = bootstrap.connect()) {
            execute(connection, "create role %s superuser login password '%s'".formatted(helper, secret));
        }
        try (var connection = bootstrap.withUser(helper, Optional.of(secret)).connect()) {
            execute(connection, "alter role %s rename to %s".formatted(EmbeddedPostgres.SUPERUSER, name));
        }
        var url = bootstrap.withUser(name, bootstrap.password());
        try (var connection = url.connect()) {
            execute(connection, "drop role " + helper);
        }
        return url;
    }
}
