package hedgerow.mappers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The demo data as the application sees it: a pool of real logins, each statement bound to a tenant and an actor.
///
/// It is registered after its database, so that it closes before the database does.
final class Demo implements BeforeAllCallback, AfterAllCallback {

    private final HedgerowDatabase database;
    private HikariDataSource pool;
    private HikariDataSource workers;
    private Connection admin;

    Demo(HedgerowDatabase database) {
        this.database = database;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws SQLException {
        pool = pool(Logins.APP);
        workers = pool(Logins.WORKER);
        admin = database.admin();
    }

    @Override
    public void afterAll(ExtensionContext context) throws SQLException {
        pool.close();
        workers.close();
        admin.close();
    }

    private HikariDataSource pool(String login) {
        var config = new HikariConfig();
        config.setDataSource(database.dataSource(login));
        config.setMinimumIdle(0);
        config.setMaximumPoolSize(4);
        return new HikariDataSource(config);
    }

    /// The mappers as the worker, during a turn of the tenant.
    Database working(TenantKey tenant) {
        return Database.over(TenantDataSource.over(workers, BindCall.plain())
                .forTenant(Tenant.of(tenant.organization(), "system:worker", tenant.livemode())));
    }

    /// The test data of a tenant.
    TenantKey tenant(String slug) {
        return new TenantKey(uuid("select id from app.organization where slug = '%s'".formatted(slug)), false);
    }

    /// The mappers as a member of the tenant (owner, admin, member, viewer) or as its agent.
    Database as(TenantKey tenant, String role) {
        return as(Tenant.of(tenant.organization(), actor(tenant, role), tenant.livemode()));
    }

    Database as(Tenant tenant) {
        return Database.over(TenantDataSource.over(pool, BindCall.plain()).forTenant(tenant));
    }

    Database signingIn() {
        return as(Tenant.without("system:sign-in", false));
    }

    String actor(TenantKey tenant, String role) {
        return role.equals("agent") ? "agent:" + agent(tenant) : "user:" + user(tenant, role);
    }

    UUID agent(TenantKey tenant) {
        return uuid("select id from app.agent where %s and status = 'active'".formatted(where(tenant)));
    }

    UUID user(TenantKey tenant, String role) {
        return uuid("""
            select user_id
              from app.membership
             where organization_id = '%s' and role = '%s' and status = 'active' and display_name like '%% of %%'
            """.formatted(tenant.organization(), role));
    }

    static String where(TenantKey tenant) {
        return "organization_id = '%s' and livemode = %s".formatted(tenant.organization(), tenant.livemode());
    }

    UUID uuid(String sql) {
        return UUID.fromString(strings(sql).getFirst());
    }

    /// The first column of a query that the superuser runs.
    List<String> strings(String sql) {
        try {
            return FirstColumn.of(admin, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
