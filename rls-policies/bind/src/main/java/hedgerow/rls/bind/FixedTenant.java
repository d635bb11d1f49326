package hedgerow.rls.bind;

import java.sql.Connection;
import java.sql.SQLException;

/// The data source of [TenantDataSource#forTenant].
final class FixedTenant extends Overlay {

    private final TenantDataSource tenants;
    private final Tenant tenant;

    FixedTenant(TenantDataSource tenants, Tenant tenant) {
        super(tenants);
        this.tenants = tenants;
        this.tenant = tenant;
    }

    @Override
    public Connection getConnection() throws SQLException {
        return tenants.getConnection(tenant);
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return tenants.getConnection(user, password);
    }
}
