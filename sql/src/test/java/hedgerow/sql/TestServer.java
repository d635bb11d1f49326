package hedgerow.sql;

import hedgerow.sql.HedgerowDatabase.Template;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// The server behind [HedgerowDatabase]: template databases, their copies, and the passwords of the login roles.
final class TestServer implements AutoCloseable {

    /// Roles belong to the whole server, so two test runs on one server must not set them up at once.
    private static final long SETUP_LOCK = 0x6865646765726f77L;

    private static final String RIGHTS = """
        select format('revoke all on database %2$I from public; grant %1$s on database %2$I to %3$s',
                      string_agg(privilege_type, ', '), ?::text,
                      case grantee when 0 then 'public' else grantee::regrole::text end)
          from pg_database, aclexplode(datacl)
         where datname = ?
         group by grantee
         order by grantee <> 0 desc
        """;

    private final DatabaseUrl admin;
    private final Optional<Runnable> stop;
    private final Optional<Consumer<String>> restart;
    private final int major;
    private final String prefix;
    private final AtomicInteger copies = new AtomicInteger();
    private final Map<Template, String> templates = new HashMap<>();
    private final List<String> databases = new ArrayList<>();

    private TestServer(DatabaseUrl admin, Optional<Runnable> stop, Optional<Consumer<String>> restart) {
        this.admin = admin;
        this.stop = stop;
        this.restart = restart;
        this.prefix = "hedgerow_test_%06x_".formatted(new SecureRandom().nextInt(1 << 24));
        try (var connection = admin.connect()) {
            this.major = connection.getMetaData().getDatabaseMajorVersion();
        } catch (SQLException e) {
            throw new IllegalStateException("cannot reach the test server " + admin, e);
        }
    }

    static TestServer start() {
        return switch (kind()) {
            case "", "embedded" -> {
                var server = EmbeddedPostgres.ephemeral(0, line -> {});
                yield new TestServer(
                        server.url("postgres", EmbeddedPostgres.SUPERUSER),
                        Optional.of(server::close),
                        Optional.of(mode -> restart(server, mode)));
            }
            case "container" -> {
                var container = ContainerServer.start();
                yield new TestServer(container.admin(), Optional.of(container::close), Optional.empty());
            }
            case "url" ->
                new TestServer(
                        DatabaseUrl.parse(System.getProperty("hedgerow.url")), Optional.empty(), Optional.empty());
            default ->
                throw new IllegalArgumentException("hedgerow.database is embedded, container or url, not " + kind());
        };
    }

    /// Whether the server already runs, for others as well.
    static boolean isForeign() {
        return kind().equals("url");
    }

    private static String kind() {
        return System.getProperty("hedgerow.database", "embedded");
    }

    /// Restarts on the same port, with the same settings.
    private static void restart(EmbeddedPostgres server, String mode) {
        var account = Account.current();
        var home = server.directory();
        var answer = Command.run(account.command(List.of(
                PostgresBinaries.unpacked(EmbeddedPostgres.USUAL, account, line -> {})
                        .program("pg_ctl"),
                "restart",
                "-w",
                "-m",
                mode,
                "-D",
                home.resolve("cluster").toString(),
                "-l",
                home.resolve("server.log").toString())));
        if (!answer.succeeded()) {
            throw new IllegalStateException(answer.output());
        }
    }

    Optional<Consumer<String>> restart() {
        return restart;
    }

    DatabaseUrl admin() {
        return admin;
    }

    int major() {
        return major;
    }

    /// A password that is the same for every run against the same server, so that runs do not lock each
    /// other out.
    String password(String login) {
        var secret = admin.password().orElse("") + "/" + login;
        return UUID.nameUUIDFromBytes(secret.getBytes(StandardCharsets.UTF_8)).toString();
    }

    synchronized String copy(Template template) {
        return create("db" + copies.incrementAndGet(), template(template));
    }

    synchronized void drop(String database) {
        databases.remove(database);
        execute("drop database if exists %s with (force)".formatted(database));
    }

    /// Stops a server that this class started; leaves a foreign server as it was.
    @Override
    public synchronized void close() {
        stop.ifPresentOrElse(Runnable::run, () -> List.copyOf(databases).forEach(this::drop));
    }

    private String template(Template template) {
        if (template.equals(Template.EMPTY)) {
            return "template0";
        }
        var known = templates.get(template);
        if (known == null) {
            known = template.seeded() ? seed(template) : migrate(template);
            templates.put(template, known);
        }
        return known;
    }

    private String migrate(Template template) {
        var database = create("template_" + template.name(), "template1");
        try (var connection = admin.connect();
                var statement = connection.createStatement()) {
            statement.execute("select pg_advisory_lock(%d)".formatted(SETUP_LOCK));
            new Migrations(admin.withDatabase(database))
                    .sealedBy(Optional.of(template.seal()))
                    .migrate(Optional.of(template.mode()), line -> {});
            setPasswords(connection);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return database;
    }

    private void setPasswords(Connection connection) throws SQLException {
        for (var login : Logins.ALL) {
            Logins.setPassword(connection, login, password(login));
        }
    }

    private String seed(Template template) {
        var database = create("template_" + template.name(), template(template.unseeded()));
        new Migrations(admin.withDatabase(database)).seed();
        return database;
    }

    /// Creates a database by copying files, which is faster than logging every page where a checkpoint
    /// costs nothing.
    private String create(String name, String template) {
        var database = prefix + name;
        execute("create database %s template %s strategy file_copy".formatted(database, template));
        databases.add(database);
        copyRights(template, database);
        return database;
    }

    /// Copies the right to connect, which is not part of a template.
    private void copyRights(String from, String to) {
        try (var connection = admin.connect();
                var rights = connection.prepareStatement(RIGHTS);
                var statement = connection.createStatement()) {
            rights.setString(1, to);
            rights.setString(2, from);
            var rows = rights.executeQuery();
            while (rows.next()) {
                statement.execute(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new IllegalStateException("cannot copy the rights on " + from, e);
        }
    }

    private void execute(String sql) {
        try (var connection = admin.connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
