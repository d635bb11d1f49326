package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class TenantsCommandTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Test
    void a_tenant_is_suspended_and_reinstated() throws SQLException {
        var suspended = tenants("suspend", "acme", "--reason", "chargebacks");
        assertThat(suspended.exit()).as(suspended.said()).isZero();
        assertThat(suspended.said()).contains("suspended acme");
        assertThat(status("acme")).isEqualTo("suspended");
        assertThat(status("globex")).isEqualTo("active");

        var again = tenants("suspend", "acme", "--reason", "chargebacks");
        assertThat(again.exit()).isNotZero();
        assertThat(again.said()).contains("is suspended already");

        var reinstated = tenants("reinstate", query("select id from app.organization where slug = 'acme'"));
        assertThat(reinstated.exit()).as(reinstated.said()).isZero();
        assertThat(status("acme")).isEqualTo("active");
        assertThat(tenants("reinstate", "acme").exit()).isNotZero();
        assertThat(query("""
            select string_agg(actor || ' ' || action || ' ' || table_name, ', ' order by e.id)
              from app.audit_log e join app.organization o on o.id = e.organization_id
             where o.slug = 'acme' and e.actor = 'system:operator'
            """))
                .isEqualTo("system:operator insert tenant_suspension, system:operator update organization, "
                        + "system:operator delete tenant_suspension, system:operator update organization");
    }

    @Test
    void a_tenant_that_its_owner_has_suspended_stays_so_when_it_is_reinstated() throws SQLException {
        run("""
            select app.bind(id, 'system:test', false) from app.organization where slug = 'initech';
            update app.organization set status = 'suspended' where slug = 'initech'
            """);
        assertThat(tenants("suspend", "initech", "--reason", "x").exit()).isZero();
        assertThat(tenants("reinstate", "initech").exit()).isZero();
        assertThat(status("initech")).isEqualTo("suspended");
    }

    @Test
    void bad_usage_changes_nothing() throws SQLException {
        assertThat(tenants("suspend", "nobody", "--reason", "x").exit()).isEqualTo(2);
        assertThat(tenants("suspend", "globex").exit()).isEqualTo(2);
        assertThat(status("globex")).isEqualTo("active");
    }

    private static InProcess tenants(String... arguments) {
        var all = Stream.concat(
                Stream.of(arguments),
                Stream.of("--admin-database", DATABASE.adminUrl().libpq()));
        return InProcess.run(new TenantsCommand(), all.toArray(String[]::new));
    }

    private static String status(String slug) throws SQLException {
        return query("select status from app.organization where slug = '%s'".formatted(slug));
    }

    private static String query(String sql) throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void run(String sql) throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(sql);
            connection.commit();
        }
    }
}
