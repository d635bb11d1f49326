package hedgerow.rls.bind;

import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.UUID;

/// Tenants and actors of the demo data.
final class People {

    private People() {}

    /// An owner of the organization, on test data.
    static Tenant owner(HedgerowDatabase database, String slug) throws SQLException {
        try (var admin = database.admin();
                var query = admin.prepareStatement("""
                    select o.id, 'user:' || min(p.id::text)
                      from app.organization o
                      join app_private.principal p on p.organization_id = o.id and p.kind = 'user' and p.active
                     where o.slug = ? and p.role = 'owner'
                     group by o.id
                    """)) {
            query.setString(1, slug);
            var rows = query.executeQuery();
            rows.next();
            return Tenant.of(rows.getObject(1, UUID.class), rows.getString(2), false);
        }
    }

    /// The number of a tenant's customers in its mode, as the superuser counts them.
    static long customers(HedgerowDatabase database, Tenant tenant) throws SQLException {
        try (var admin = database.admin();
                var query = admin.prepareStatement(
                        "select count(*) from app.customer where organization_id = ?::uuid and livemode = ?")) {
            query.setString(1, tenant.id());
            query.setBoolean(2, tenant.live());
            var rows = query.executeQuery();
            rows.next();
            return rows.getLong(1);
        }
    }
}
