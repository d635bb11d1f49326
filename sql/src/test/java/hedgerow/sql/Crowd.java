package hedgerow.sql;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;

/// Orders of many tenants for a measurement, with the rows that each leaves behind (`crowd.sql`).
///
/// @param tenants at most as many as orders
public record Crowd(int tenants, int orders) {

    /// Fills a database that has just been migrated, as the superuser. Autovacuum stays off: nothing is analyzed until
    /// somebody says so.
    public void fill(Connection admin) throws SQLException {
        run(admin, "set crowd.tenants = %d; set crowd.orders = %d".formatted(tenants, orders));
        try (var script = Crowd.class.getResourceAsStream("crowd.sql")) {
            run(admin, new String(script.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        run(admin, "vacuum (freeze)");
        run(admin, """
            update pg_class set relpages = 0, reltuples = -1
             where relnamespace in ('app'::regnamespace, 'app_private'::regnamespace) and relkind in ('r', 'i');
            delete from pg_statistic
            """);
        run(admin, "checkpoint");
    }

    /// A tenant, and the person who owns it.
    public UUID tenantOf(int order) {
        return id(0, 1 + order % tenants);
    }

    /// The customer of an order.
    public UUID customerOf(int order) {
        return id(2, 1 + order % tenants);
    }

    /// Order 0 to `orders` - 1.
    public UUID order(int order) {
        return id(1, order);
    }

    private static UUID id(int kind, int number) {
        return UUID.fromString("018bcfe5-%04d-7000-8000-1%011d".formatted(kind, number));
    }

    private static void run(Connection admin, String sql) throws SQLException {
        try (var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }
}
