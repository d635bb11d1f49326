package hedgerow.rls.copy;

import hedgerow.rls.load.Extensions;
import hedgerow.rls.load.LoadLimits;
import hedgerow.sql.ScriptPiece;
import hedgerow.sql.ScriptProblem;
import hedgerow.sql.SqlScript;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;

/// The database that becomes the copy, with the superuser's session and the loader's.
final class Target {

    private static final String EXTENSION = "extension ";

    private static final String TRUSTED = """
        select pg_catalog.format('extension %I', name)
          from pg_catalog.pg_available_extension_versions
         where trusted
        """;

    private static final String AVAILABLE =
            "select pg_catalog.format('extension %I', name) from pg_catalog.pg_available_extensions";

    /// The warning that a part of the privileges could not be granted.
    private static final String NOT_GRANTED = "01007";

    private static final String NO_PRIVILEGE_GRANTED = "01006";

    private final CopyServer server;
    private final LoadLimits limits;
    private final String database;
    private final String loader;
    private final Connection admin;
    private final Set<String> trusted;
    private final Set<String> available;
    private final Instant end;
    private Connection loading;

    Target(CopyServer server, LoadLimits limits, String database, String loader, Connection admin) throws SQLException {
        this.server = server;
        this.limits = limits;
        this.end = Instant.now().plus(limits.total());
        this.database = database;
        this.loader = loader;
        this.admin = admin;
        this.trusted = names(TRUSTED);
        this.available = names(AVAILABLE);
        this.loading = server.loader(database, loader);
    }

    /// The superuser's connection, on which no code of the source runs.
    Connection admin() {
        return admin;
    }

    /// Runs a statement.
    ///
    /// @throws Refused if the copy cannot have it
    /// @throws SQLException if the connection of the superuser has failed
    void run(Piece piece) throws Refused, SQLException {
        var statement = single(
                piece.statement().orElseThrow(() -> new Refused(piece.reason().orElse("unknown"), true)));
        try {
            switch (piece.step()) {
                case EXTENSIONS -> makeExtension(piece, statement);
                case CUSTOM_SETTINGS -> execute(statement + " " + loader);
                default -> {
                    if (piece.step().runner() == Step.Runner.LOADER) {
                        load(statement);
                    } else {
                        administer(piece, statement);
                    }
                }
            }
        } catch (SQLException e) {
            if (admin.isClosed()) {
                throw e;
            }
            throw new Refused(words(piece, e), "57014".equals(e.getSQLState()));
        }
    }

    private void administer(Piece piece, String statement) throws SQLException, Refused {
        if (piece.actor().isPresent()) {
            as(piece.actor().get(), statement);
        } else {
            execute(statement);
        }
    }

    private void as(String actor, String statement) throws SQLException, Refused {
        CopyServer.execute(admin, "set role " + CopyServer.quoted(admin, actor));
        try {
            execute(statement);
        } finally {
            CopyServer.execute(admin, "reset role");
        }
    }

    private void execute(String sql) throws SQLException, Refused {
        try (var statement = admin.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
            for (SQLWarning warning = statement.getWarnings(); warning != null; warning = warning.getNextWarning()) {
                if (NOT_GRANTED.equals(warning.getSQLState()) || NO_PRIVILEGE_GRANTED.equals(warning.getSQLState())) {
                    throw new Refused(warning.getMessage(), false);
                }
            }
        }
    }

    /// Creates an extension. No code of the source exists yet, so that its owner may temporarily be a
    /// superuser.
    private void makeExtension(Piece piece, String statement) throws SQLException, Refused {
        if (!available.contains(piece.name())) {
            throw new Refused("the server of the copy does not have it", true);
        }
        if (!trusted.contains(piece.name()) && !Extensions.isTame(piece.name().substring(EXTENSION.length()))) {
            throw new Refused("its code could reach out of the server", true);
        }
        var name = CopyServer.quoted(admin, piece.actor().orElseThrow());
        CopyServer.execute(admin, "alter role %s superuser".formatted(name));
        try {
            as(piece.actor().get(), statement);
        } finally {
            CopyServer.execute(admin, "alter role %s nosuperuser".formatted(name));
        }
    }

    /// Runs a statement as the loader. Whatever code of the source has done to the loader's session, each
    /// statement begins in a fresh state.
    private void load(String statement) throws SQLException, Refused {
        if (Instant.now().isAfter(end)) {
            throw new Refused(
                    "the copy took more than %d s".formatted(limits.total().toSeconds()), true);
        }
        if (loading.isClosed()) {
            expelLoader(); // the server may still be busy with its last statement
            loading = server.loader(database, loader);
        }
        var began = Instant.now();
        server.renew(loading);
        try {
            CopyServer.execute(loading, statement);
        } finally {
            if (Duration.between(began, Instant.now()).toSeconds() > 0) {
                checkSize();
            }
        }
    }

    private void checkSize() throws SQLException, Refused {
        try (var statement = admin.createStatement();
                var row = statement.executeQuery("select pg_catalog.pg_database_size(pg_catalog.current_database())")) {
            row.next();
            if (row.getLong(1) > limits.databaseBytes()) {
                throw new Refused("the copy has more than %d MB".formatted(limits.databaseBytes() >> 20), true);
            }
        }
    }

    /// Gives the loader's objects to others and ends its sessions.
    void expel() throws SQLException {
        loading.close();
        expelLoader();
        CopyServer.execute(admin, "alter role %s nologin".formatted(loader));
    }

    private void expelLoader() throws SQLException {
        CopyServer.execute(
                admin,
                "select pg_catalog.pg_terminate_backend(pid, 5000) from pg_catalog.pg_stat_activity"
                        + " where usename = '%s'".formatted(loader));
    }

    /// Guarantees that a text is one statement, whatever its contents.
    private static String single(String statement) throws Refused {
        try (var in = new ByteArrayInputStream(statement.getBytes(StandardCharsets.UTF_8))) {
            var pieces = SqlScript.read("statement", in).pieces();
            if (pieces.size() == 1 && pieces.getFirst() instanceof ScriptPiece.Statement) {
                return statement;
            }
        } catch (ScriptProblem e) {
            throw new Refused("its text is not a statement", true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new Refused("its text is more than one statement", true);
    }

    /// The reason for a failure. The server's message is omitted where it quotes a stored setting, which
    /// may be a secret.
    private static String words(Piece piece, SQLException e) {
        return piece.step() == Step.STORED_SETTINGS
                ? "the server refuses it (SQLSTATE %s)".formatted(e.getSQLState())
                : e.getMessage().lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
    }

    private Set<String> names(String query) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.setEscapeProcessing(false);
            var names = new HashSet<String>();
            try (var rows = statement.executeQuery(query)) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
            return names;
        }
    }

    /// Signals that the copy cannot have a statement.
    static final class Refused extends Exception {

        private static final long serialVersionUID = 1;

        private final boolean last;

        /// A refusal.
        ///
        /// @param last whether another attempt, when more of the copy exists, is pointless
        Refused(String why, boolean last) {
            super(why);
            this.last = last;
        }

        boolean isFinal() {
            return last;
        }
    }
}
