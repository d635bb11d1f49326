package hedgerow.rls.load;

import hedgerow.rls.review.Origin;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/// A temporary server for untrusted files.
///
/// The files run as [#LOADER], which is not a superuser: PostgreSQL itself denies it COPY from or to
/// programs and files, C functions, untrusted languages, server settings, the network and other databases.
/// Statements that need a superuser wait until no code of the files runs any longer; only then do roles
/// become superusers. Autovacuum is off, because it would run index expressions as the owner of their
/// table.
///
/// The loader is called `postgres`, because that is the owner of a script's objects in most databases. The
/// real superuser has another name.
final class Sandbox implements AutoCloseable {

    static final String LOADER = Origin.LOADER;
    static final String DATABASE = "review";

    static final String SUPERUSER = "hedgerow_superuser";
    private static final String HELPER = "hedgerow_helper";
    private static final int FIRST_WITH_TAME_CREATEROLE = 16;

    private final EmbeddedPostgres server;
    private final String password = HexFormat.of().formatHex(new SecureRandom().generateSeed(24));
    private final DatabaseUrl superuser;
    private final Connection admin;

    private Sandbox(EmbeddedPostgres server) throws SQLException {
        this.server = server;
        var bootstrap = server.url("postgres", EmbeddedPostgres.SUPERUSER);
        rename(bootstrap);
        this.superuser = bootstrap.withUser(SUPERUSER, bootstrap.password()).withDatabase(DATABASE);
        makeDatabase();
        this.admin = connect(superuser);
        execute(
                admin,
                "set search_path = pg_catalog, pg_temp; set check_function_bodies = off;"
                        + " set lock_timeout = '10s'");
    }

    static Sandbox start(int postgres, Consumer<String> progress) {
        var server = EmbeddedPostgres.ephemeral(postgres, 0, progress);
        try {
            return new Sandbox(server);
        } catch (SQLException e) {
            server.close();
            throw new IllegalStateException("cannot prepare the server for the files", e);
        }
    }

    String version() {
        return server.version();
    }

    /// The superuser's connection, for statements that we know.
    Connection admin() {
        return admin;
    }

    /// A session of the role that loads the files.
    Connection loader() throws SQLException {
        return connect(superuser.withUser(LOADER, Optional.of(password)).withParameter("maxResultBuffer", "32M"));
    }

    /// The superuser's URL of the database.
    DatabaseUrl url() {
        return superuser;
    }

    /// Another session of the superuser.
    Connection watcher() throws SQLException {
        return connect(superuser);
    }

    /// Ends every session of the loader, and waits for it.
    static void expel(Connection superuser) throws SQLException {
        execute(superuser, """
            select pg_catalog.pg_terminate_backend(pid, 5000)
              from pg_catalog.pg_stat_activity
             where usename = '%s'
            """.formatted(LOADER));
    }

    @Override
    public void close() {
        try {
            admin.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            server.close();
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Renames the superuser. The session's own role cannot be renamed, so that another superuser does it.
    private void rename(DatabaseUrl bootstrap) throws SQLException {
        try (var connection = connect(bootstrap)) {
            execute(connection, "create role %s superuser login password '%s'".formatted(HELPER, password));
        }
        try (var connection = connect(bootstrap.withUser(HELPER, Optional.of(password)))) {
            execute(connection, "alter role %s rename to %s".formatted(EmbeddedPostgres.SUPERUSER, SUPERUSER));
        }
    }

    private void makeDatabase() throws SQLException {
        try (var connection = connect(superuser.withDatabase("postgres"))) {
            var createRole = connection.getMetaData().getDatabaseMajorVersion() >= FIRST_WITH_TAME_CREATEROLE;
            execute(connection, "drop role " + HELPER);
            execute(
                    connection,
                    "create role %s login bypassrls %s password '%s'"
                            .formatted(LOADER, createRole ? "createrole" : "", password));
            execute(connection, "alter role %s set temp_file_limit = '256MB'".formatted(LOADER));
            if (createRole) {
                execute(connection, "alter role %s set createrole_self_grant = 'set, inherit'".formatted(LOADER));
            }
            execute(connection, "alter system set autovacuum = off");
            execute(connection, "select pg_reload_conf()");
            execute(connection, "create database %s owner %s".formatted(DATABASE, LOADER));
        }
    }

    private static Connection connect(DatabaseUrl url) throws SQLException {
        return url.connect();
    }
}
