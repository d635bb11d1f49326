package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.policies.Session.Outcome;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The database holds a member to their permissions, whatever the application sends.
@Tag("isolation")
class MemberPermissionsTest {

    /// The tables that no permission names: the keys of repeated requests, which belong to the caller; the
    /// chain of the audit log, which has no content; and events, which every change writes.
    private static final Set<String> UNNAMED = Set.of("audit_block", "idempotency_key", "outbox_event");

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    final Demo demo = new Demo(DATABASE);

    @Test
    void every_tenant_table_is_behind_a_permission_for_each_command() throws SQLException {
        var tables = demo.rows.strings("""
            select rel.relname
              from pg_class rel join pg_attribute att on att.attrelid = rel.oid and att.attname = 'organization_id'
             where rel.relnamespace = 'app'::regnamespace and rel.relkind = 'r'
            """);
        var held = demo.rows.strings("""
            select rel.relname
              from pg_policy pol join pg_class rel on rel.oid = pol.polrelid
             where pol.polname like 'permitted_%' and not pol.polpermissive
             group by rel.relname
            having array_agg(pol.polcmd::text order by pol.polcmd::text) = array['a', 'd', 'r', 'w']
            """);
        var missing = new TreeSet<>(tables);
        missing.removeAll(held);
        assertThat(missing).isEqualTo(new TreeSet<>(UNNAMED));
    }

    @Test
    void a_member_with_permissions_is_limited_to_them() throws SQLException {
        assertThat(narrowed("customers:read,products:write", "select count(*) from app.customer")
                        .rows())
                .isPositive();
        assertThat(narrowed("customers:read,products:write", "update app.product set name = name || '!'")
                        .rows())
                .isPositive();
        assertThat(narrowed("customers:read", "select count(*) from app.payment_order")
                        .rows())
                .isZero();
        assertThat(narrowed("customers:read", "update app.customer set name = 'x'")
                        .rows())
                .isZero();
        assertThat(narrowed("customers:read", insert()).denied()).isTrue();
        assertThat(narrowed("customers:write", insert()).sqlState()).isEqualTo("00000");
        assertThat(narrowed("customers:read", "select count(*) from app.outbox_event")
                        .rows())
                .isZero();
    }

    @Test
    void a_member_with_no_permission_at_all_sees_nothing() throws SQLException {
        for (String table : List.of("customer", "payment_order", "membership", "organization", "audit_log")) {
            assertThat(narrowed("", "select count(*) from app." + table).rows())
                    .as(table)
                    .isZero();
        }
    }

    @Test
    void no_permission_is_the_beginning_or_the_end_of_another() throws SQLException {
        assertThat(narrowed("payment_links:read", "select count(*) from app.payment_order")
                        .rows())
                .isZero();
        assertThat(narrowed("agent_limits:read", "select count(*) from app.agent")
                        .rows())
                .isZero();
        assertThat(narrowed("xcustomers:read,customer:read", "select count(*) from app.customer")
                        .rows())
                .isZero();
    }

    @Test
    void the_role_is_the_same_with_and_without_permissions() throws SQLException {
        assertThat(narrowed("customers:read", "select count(*) where app.role() = 'member'")
                        .rows())
                .isEqualTo(1);
        assertThat(narrowed("agents:write,agents:read", "update app.agent set name = 'x'")
                        .rows())
                .isZero();
    }

    private static String insert() {
        return "insert into app.customer (organization_id, livemode, name) values (app.organization_id(), false, 'x')";
    }

    /// The outcome of a statement for the member of acme with these permissions.
    private Outcome narrowed(String permissions, String sql) throws SQLException {
        var member = demo.rows.actor(demo.acme, "member");
        try (Session session = demo.as("owner")) {
            session.keep("update app.membership set permissions = string_to_array('%s', ',') where user_id = '%s'"
                    .formatted(permissions, member.substring("user:".length())));
            session.bind(demo.acme, member, false);
            return session.run(sql);
        }
    }
}
