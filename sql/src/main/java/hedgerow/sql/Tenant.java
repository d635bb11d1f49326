package hedgerow.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// A tenant, by both its names.
public record Tenant(UUID id, String slug) {

    /// All tenants, by slug. Empty, too, if row security hides them: then the login is bound to one tenant or to none.
    public static List<Tenant> all(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select id, slug from app.organization order by slug")) {
            var tenants = new ArrayList<Tenant>();
            while (rows.next()) {
                tenants.add(new Tenant(rows.getObject(1, UUID.class), rows.getString(2)));
            }
            return tenants;
        }
    }

    /// Whether `name` is its slug or its id.
    public boolean isCalled(String name) {
        return slug.equals(name) || id.toString().equalsIgnoreCase(name);
    }
}
