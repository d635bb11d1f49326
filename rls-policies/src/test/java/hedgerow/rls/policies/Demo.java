package hedgerow.rls.policies;

import hedgerow.rls.policies.Session.Outcome;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.NamedTenant;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The demo data for a test: logins, tenants and actors. All changes of a test are rolled back.
final class Demo implements BeforeEachCallback, AfterEachCallback {

    private final HedgerowDatabase database;
    private final List<Connection> open = new ArrayList<>();

    Connection admin;
    Connection app;
    Connection worker;
    Rows rows;
    NamedTenant acme;
    NamedTenant globex;

    Demo(HedgerowDatabase database) {
        this.database = database;
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        admin = opened(database.admin());
        app = opened(database.app());
        worker = opened(database.worker());
        rows = new Rows(admin);
        acme = rows.tenant("acme");
        globex = rows.tenant("globex");
    }

    @Override
    public void afterEach(ExtensionContext context) throws SQLException {
        for (Connection connection : open) {
            connection.close();
        }
        open.clear();
    }

    /// A session of acme on test data, in one of the roles, or of the worker.
    Session as(String role) throws SQLException {
        return role.equals("worker")
                ? Session.bound(worker, acme, "system:test", false)
                : Session.bound(app, acme, rows.actor(acme, role), false);
    }

    /// The outcome of one statement on acme's test data in one of the roles.
    Outcome as(String role, String sql) throws SQLException {
        try (Session session = as(role)) {
            return session.run(sql);
        }
    }

    /// One of acme's test orders.
    String order(String condition) throws SQLException {
        return one("select id from app.payment_order where organization_id = '%s' and not livemode and %s limit 1"
                .formatted(acme.id(), condition));
    }

    String one(String sql) throws SQLException {
        return rows.strings(sql).getFirst();
    }

    private Connection opened(Connection connection) {
        open.add(connection);
        return connection;
    }
}
