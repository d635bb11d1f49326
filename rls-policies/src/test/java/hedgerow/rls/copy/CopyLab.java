package hedgerow.rls.copy;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.load.LoadLimits;
import hedgerow.sql.SqlScript;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Copies of many databases, one after the other, on one server.
public final class CopyLab implements AutoCloseable {

    private final CopyServer server;

    public CopyLab(int major) throws SQLException {
        this(major, LoadLimits.USUAL);
    }

    CopyLab(int major, LoadLimits limits) throws SQLException {
        this.server = CopyServer.start(major, limits, _ -> {});
    }

    /// A copy and its source.
    ///
    /// @param catalog of its source
    /// @param unlike all differences between the two catalogs, whether or not they affect row security
    public record Copied(SchemaCopy copy, Catalog catalog, List<String> unlike) {}

    @FunctionalInterface
    public interface Look {
        void at(Copied copied) throws SQLException;
    }

    /// Copies a database, and passes the copy on.
    ///
    /// @param source in a transaction, which may have created the objects to copy, and stays open
    public void copy(Connection source, Look look) throws SQLException {
        var side = CatalogSide.read(source);
        execute(source, "set local search_path = pg_catalog");
        var catalog = Catalog.read(source); // as a review reads it
        var database = catalog.server().database();
        var target = server.prepare(database);
        var made = new Making(side, catalog, target).make();
        try (var admin = target.admin()) {
            var copy = new SchemaCopy(server, server.url(database), admin, made.missing());
            look.at(new Copied(
                    copy,
                    catalog,
                    made.unlike().stream().map(CatalogFacts.Thing::toString).toList()));
        } finally {
            clear(database);
        }
    }

    private void clear(String database) throws SQLException {
        try (var connection = server.url("template1").connect()) {
            execute(connection, "drop database %s with (force)".formatted(CopyServer.quoted(connection, database)));
            var roles = new ArrayList<String>();
            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("select quote_ident(rolname) from pg_roles where oid >= 16384")) {
                while (rows.next()) {
                    roles.add(rows.getString(1));
                }
            }
            for (var role : roles) {
                execute(connection, "drop owned by %1$s cascade; drop role %1$s".formatted(role));
            }
        }
    }

    /// Runs a script statement by statement: the driver does not see where the body of a function ends.
    static void load(Connection connection, String script) throws SQLException {
        try (var in = new ByteArrayInputStream(script.getBytes(StandardCharsets.UTF_8))) {
            for (var piece : SqlScript.read("script", in).pieces()) {
                execute(connection, piece.text());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void execute(Connection connection, String sql) throws SQLException {
        CatalogSide.execute(connection, sql);
    }

    @Override
    public void close() {
        server.close();
    }
}
