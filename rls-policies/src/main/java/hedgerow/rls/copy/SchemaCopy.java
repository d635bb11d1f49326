package hedgerow.rls.copy;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadLimits;
import hedgerow.rls.load.Stage;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/// A copy of everything that row security depends on, without rows, on a temporary server that vanishes
/// with it.
///
/// The source's own server writes the statements, in one read-only transaction; nothing is written to it,
/// and none of its code runs there. Neither passwords nor settings that affect only connecting are copied.
/// The source may be untrusted: its code can reach neither files nor programs nor the network, neither
/// while the copy is made nor on its [#stage].
///
/// While the copy is made, only the code that the server runs when it reads an expression runs: CHECK
/// constraints of domains for constants, and IMMUTABLE functions with constant arguments in the expressions
/// of indexes and constraints. They run as a role without any other privilege. Defaults, triggers, rules,
/// policies, views and generated columns do not run, because there are no rows.
///
/// At the end the catalogs of both are compared; [#missing] lists all differences.
public final class SchemaCopy implements AutoCloseable {

    private final CopyServer server;
    private final DatabaseUrl url;
    private final Connection admin;
    private final List<Missing> missing;

    SchemaCopy(CopyServer server, DatabaseUrl url, Connection admin, List<Missing> missing) {
        this.server = server;
        this.url = url;
        this.admin = admin;
        this.missing = List.copyOf(missing);
    }

    /// A part that the copy lacks, or has in another form.
    ///
    /// @param object `policy fence of app.invoice`, `extension postgis`
    /// @param affected tables, views and functions that therefore differ from the source, in the spelling
    ///     of [Catalog]: `app.invoice`, `app.total(uuid)`. Objects that a function reaches by the text of
    ///     its body are not in any catalog
    /// @param everywhere whether it affects all objects: a role, a membership, a setting
    public record Missing(String object, String reason, Set<String> affected, boolean everywhere) {

        @Override
        public String toString() {
            return "%s: %s".formatted(object, reason);
        }
    }

    /// Makes the copy.
    ///
    /// @param source of any role that can read catalogs; outside a transaction, before and after the call
    /// @param catalog of the source
    /// @param progress receives a short message before each step that takes time
    /// @throws IllegalArgumentException if there is no server of the source's version
    /// @throws SQLException if one of the two connections fails
    public static SchemaCopy of(Connection source, Catalog catalog, Consumer<String> progress) throws SQLException {
        if (!EmbeddedPostgres.VERSIONS.contains(catalog.major())) {
            throw new IllegalArgumentException(
                    "PostgreSQL %d cannot be copied: only %s".formatted(catalog.major(), EmbeddedPostgres.VERSIONS));
        }
        var server = CopyServer.start(catalog.major(), LoadLimits.USUAL, progress);
        try {
            var database = catalog.server().database();
            progress.accept("reading the schema of " + database);
            var side = Source.read(source);
            progress.accept("writing %d statements".formatted(side.pieces().size()));
            var target = server.prepare(database);
            var missing = new Making(side, catalog, target).make().missing();
            return new SchemaCopy(server, server.url(database), target.admin(), missing);
        } catch (SQLException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /// The superuser's connection, outside a transaction, on which none of the source's code runs; its
    /// search path is only the system's.
    public Connection connection() {
        return admin;
    }

    /// A session in which untrusted code may run: not of a superuser, but of a member of every role, whom
    /// no policy binds.
    ///
    /// The roles of the copy lose every privilege that reaches out of it; its catalog must be read before.
    ///
    /// @return in a transaction; it breaks if one statement does not come back
    public Connection stage() throws SQLException {
        return Stage.open(admin, url);
    }

    /// Sessions like [#stage]'s on this database and on copies of it, which have the same object identifiers and
    /// vanish with it.
    ///
    /// @param number of databases; fewer if the schema reads the name of its database
    public List<Stage.Scene> stages(int number) throws SQLException {
        return Stage.open(admin, url, number);
    }

    /// Logs in as a role of the database, once there is a stage.
    ///
    /// @throws SQLException if the role may not log in
    public Connection login(String role) throws SQLException {
        return Stage.login(admin, url, role);
    }

    /// Logs in as a role of one of the databases of [#stages].
    ///
    /// @throws SQLException if the role may not log in
    public Connection login(Stage.Scene scene, String role) throws SQLException {
        return Stage.login(admin, scene.database(), role);
    }

    public List<Missing> missing() {
        return missing;
    }

    /// The tables, views and functions that differ from the source, in the spelling of [Catalog], each with
    /// the reason.
    public Map<String, String> lacking() {
        var lacking = new TreeMap<String, String>();
        missing.forEach(one -> one.affected().forEach(object -> lacking.putIfAbsent(object, one.toString())));
        return lacking;
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
}
