package hedgerow.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/// A tenant, by both of its names.
public record NamedTenant(UUID id, String slug) {

    /// All tenants that this login can find, by slug.
    ///
    /// A superuser sees the tenants themselves. An owner without such rights knows who may act where, and
    /// looks at one tenant after the other, as the worker. Anyone else sees none.
    public static List<NamedTenant> all(Connection connection) throws SQLException {
        var seen = read(connection, "select id, slug from app.organization order by slug");
        return seen.isEmpty() && mayReadPrincipals(connection) ? oneByOne(connection) : seen;
    }

    private static boolean mayReadPrincipals(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("select pg_has_role('hedgerow_auth', 'usage')")) {
            return rows.next() && rows.getBoolean(1);
        }
    }

    private static List<NamedTenant> oneByOne(Connection connection) throws SQLException {
        var ids = read(connection, "select distinct organization_id, '' from app_private.principal");
        var tenants = new ArrayList<NamedTenant>();
        connection.setAutoCommit(false);
        for (var id : ids) {
            var binding = new Binding(id, Binding.SYSTEM, false);
            try (var statement = connection.createStatement()) {
                statement.execute(binding.bind());
                statement.execute(binding.setRole());
            }
            tenants.addAll(read(connection, "select id, slug from app.organization"));
            connection.rollback();
        }
        connection.setAutoCommit(true);
        tenants.sort(Comparator.comparing(NamedTenant::slug));
        return tenants;
    }

    private static List<NamedTenant> read(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var tenants = new ArrayList<NamedTenant>();
            while (rows.next()) {
                tenants.add(new NamedTenant(rows.getObject(1, UUID.class), rows.getString(2)));
            }
            return tenants;
        }
    }

    /// Whether `name` is its slug or its id.
    public boolean isCalled(String name) {
        return slug.equals(name) || id.toString().equalsIgnoreCase(name);
    }
}
