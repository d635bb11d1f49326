package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Upgrades a filled database of the previous version: values derived from its rows are the values that its
/// rows would have had from the start.
class AuthorityUpgradeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    /// People, with the approvals and orders that still wait for a decision.
    private static final String PERSONS = """
        select 'key ' || id || ' ' || coalesce(created_by_person, '-') from app.api_key
        union all select 'invitation ' || id || ' ' || coalesce(invited_by_person, '-') from app.invitation
        union all select 'order ' || id || ' ' || initiators::text from app.payment_order
                   where status in ('requires_approval', 'requires_execution')
        union all select 'approval ' || id || ' ' || initiators::text from app.approval where status = 'pending'
        order by 1
        """;

    private static final String KEY_BY_KEY = """
        begin;
        select app.bind(organization_id, created_by, livemode) from app.api_key where name = 'Demo key, owner'
           and not livemode limit 1;
        insert into app.api_key (organization_id, livemode, name, role, prefix, key_hash, created_by)
        select k.organization_id, k.livemode, 'By a key', 'viewer', 'hk_test_abcd', sha256('by a key'), 'key:' || k.id
          from app.api_key k
         where k.organization_id = app.organization_id() and not k.livemode and k.name = 'Demo key, owner';
        commit
        """;

    @Test
    void the_persons_behind_existing_rows_are_found() throws Exception {
        try (var copy = DATABASE.copy();
                var admin = copy.admin();
                var statement = admin.createStatement()) {
            statement.execute(KEY_BY_KEY);
            var before = FirstColumn.of(admin, PERSONS);
            assertThat(before).hasSizeGreaterThan(100).noneMatch(row -> row.endsWith("-") || row.endsWith("{}"));
            var schema = new Migrations(copy.adminUrl());
            while (FirstColumn.of(
                            admin, "select 1 from information_schema.columns where column_name = 'created_by_person'")
                    .equals(List.of("1"))) {
                schema.rollback(1, line -> {});
            }
            schema.migrate(Optional.empty(), line -> {});
            assertThat(FirstColumn.of(admin, PERSONS)).isEqualTo(before);
        }
    }
}
