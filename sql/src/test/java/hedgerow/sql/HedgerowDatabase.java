package hedgerow.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.postgresql.ds.PGSimpleDataSource;

/// A migrated database for one test class, copied from a template, on a server that no other class uses
/// meanwhile: roles and sessions belong to a whole server, so a class may change them and count them.
///
///     @RegisterExtension
///     static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();
///
/// The system property `hedgerow.database` selects the server: none or `embedded`, `container`
/// (Testcontainers; the class is skipped where no Docker runs) or `url` (the superuser's URL in
/// `hedgerow.url`). Logins are real ones, with passwords.
public final class HedgerowDatabase implements BeforeAllCallback, AfterAllCallback, AutoCloseable {

    private final Template template;
    private TestServer server;
    private String name;

    private HedgerowDatabase(Template template) {
        this.template = template;
    }

    /// A database without a schema.
    public static HedgerowDatabase empty() {
        return new HedgerowDatabase(Template.EMPTY);
    }

    /// A database with the schema alone, in plain mode.
    public static HedgerowDatabase migrated() {
        return new HedgerowDatabase(new Template(Mode.PLAIN, Seal.NONE, false));
    }

    /// The database with the demo data.
    public HedgerowDatabase seeded() {
        return new HedgerowDatabase(new Template(template.mode(), template.seal(), true));
    }

    /// The database in sealed mode, as a superuser installs it.
    public HedgerowDatabase sealed() {
        return in(Mode.SEALED, Seal.RESERVED);
    }

    /// The database in sealed mode, as somebody installs it who may reserve no parameter.
    public HedgerowDatabase sealedByHmac() {
        return in(Mode.SEALED, Seal.HMAC);
    }

    /// The database in plain mode, with the session in a reserved parameter.
    public HedgerowDatabase reserved() {
        return in(Mode.PLAIN, Seal.RESERVED);
    }

    private HedgerowDatabase in(Mode mode, Seal seal) {
        return new HedgerowDatabase(new Template(mode, seal, template.seeded()));
    }

    /// The contents of a template database.
    record Template(Mode mode, Seal seal, boolean seeded) {
        /// A template in no mode, because it has no schema.
        static final Template EMPTY = new Template(null, null, false);

        Template unseeded() {
            return new Template(mode, seal, false);
        }

        String name() {
            return (seeded ? "seeded_" : "") + mode + "_" + seal;
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        server = TestServers.lease(context);
        name = server.copy(template);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (name != null) {
            close();
        }
    }

    /// Drops the database, disconnecting whoever is still connected.
    @Override
    public void close() {
        server.drop(name);
    }

    /// Another fresh copy of the same template, for a test that damages it. The caller closes it.
    public HedgerowDatabase copy() {
        var copy = new HedgerowDatabase(template);
        copy.server = server;
        copy.name = server.copy(template);
        return copy;
    }

    /// A connection as the superuser.
    public Connection admin() throws SQLException {
        return server.admin().withDatabase(name).connect();
    }

    /// A connection as the superuser who has become `hedgerow_owner`, which cannot log in.
    public Connection owner() throws SQLException {
        var connection = admin();
        try (var statement = connection.createStatement()) {
            statement.execute("set role hedgerow_owner");
        }
        return connection;
    }

    /// A real login as `hedgerow_app`.
    public Connection app() throws SQLException {
        return url(Logins.APP).connect();
    }

    /// A real login as `hedgerow_worker`.
    public Connection worker() throws SQLException {
        return url(Logins.WORKER).connect();
    }

    /// A real login as `hedgerow_reviewer`.
    public Connection reviewer() throws SQLException {
        return url(Logins.REVIEWER).connect();
    }

    /// The superuser's URL of this database.
    public DatabaseUrl adminUrl() {
        return server.admin().withDatabase(name);
    }

    /// The URL of this database for one of [Logins#ALL].
    public DatabaseUrl url(String login) {
        return adminUrl().withUser(login, Optional.of(server.password(login)));
    }

    /// Unpooled connections of one of [Logins#ALL].
    public DataSource dataSource(String login) {
        var source = new PGSimpleDataSource();
        source.setUrl(url(login).jdbc());
        return source;
    }

    /// Stops the server by a mode of `pg_ctl` (`fast` ends every session, `immediate` is a crash) and
    /// starts it again. Empty if the server is not ours. It does not wait for the disk at commit unless a
    /// session sets `synchronous_commit`: otherwise a crash loses the latest commits.
    public Optional<Consumer<String>> restart() {
        return server.restart();
    }

    /// The server's major version.
    public int major() {
        return server.major();
    }
}
