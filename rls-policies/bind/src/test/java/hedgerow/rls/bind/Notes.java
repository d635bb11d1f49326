package hedgerow.rls.bind;

import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A database that knows nothing of Hedgerow's schema, seen through a proxy that counts round trips.
final class Notes implements BeforeAllCallback, AfterAllCallback {

    static final BindCall CALL = BindCall.variables("notes.tenant", "notes.author");
    static final Tenant OAK = Tenant.of("oak", "ann", false);
    static final Tenant ELM = Tenant.of("elm", "eve", false);

    private final HedgerowDatabase database = HedgerowDatabase.migrated();
    private Wire wire;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        database.beforeAll(context);
        asAdmin(script());
        wire = Wire.to(database.url(Logins.APP));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        wire.close();
        database.afterAll(context);
    }

    Wire wire() {
        return wire;
    }

    HedgerowDatabase database() {
        return database;
    }

    /// A data source on the notes.
    ///
    /// @param parameters of the JDBC URL
    TenantDataSource tenants(String... parameters) {
        return TenantDataSource.over(wire.dataSource(parameters), CALL);
    }

    Connection oak(String... parameters) throws SQLException {
        return tenants(parameters).getConnection(OAK);
    }

    void asAdmin(String sql) throws SQLException {
        try (var admin = database.admin();
                var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }

    /// The first column of a query that a superuser runs.
    List<String> truth(String sql) throws SQLException {
        try (var admin = database.admin()) {
            return strings(admin, sql);
        }
    }

    /// The first column of a query.
    static List<String> strings(Connection connection, String sql) throws SQLException {
        return FirstColumn.of(connection, sql);
    }

    static String one(Connection connection, String sql) throws SQLException {
        return strings(connection, sql).getFirst();
    }

    static int update(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static String script() throws IOException {
        try (var in = Notes.class.getResourceAsStream("notes.sql")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
