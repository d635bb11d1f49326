package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.prove.Claim;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The rows of a leak are placed whatever the key of their table is like: the server takes no ON CONFLICT where it is
/// deferrable.
class DeferrableKeysTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    @ParameterizedTest
    @ValueSource(
            strings = {"primary key (id)", "primary key (id) deferrable", "unique (id) deferrable initially deferred"})
    void a_leak_is_seen(String key) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load("""
                create role desk_app login;
                create schema desk;
                create function desk.org() returns uuid stable
                    return nullif(current_setting('desk.org', true), '')::uuid;
                create table desk.shelf (org uuid not null, id uuid not null, %s);
                create table desk.bill (org uuid not null, id uuid primary key, shelf_id uuid not null);
                alter table desk.shelf enable row level security;
                alter table desk.bill enable row level security;
                create policy home on desk.shelf to desk_app using (org = desk.org());
                create policy home on desk.bill to desk_app using (org = desk.org()
                    or exists (select from desk.shelf s where s.id = bill.shelf_id));
                grant usage on schema desk to desk_app;
                grant select on desk.bill, desk.shelf to desk_app;
                """.formatted(key));
            var proofs = Scratch.prove(connection, Config.NONE.withSchemas(List.of("desk")));
            assertThat(proofs.summary(Claim.DISJOINT_READS)).isEqualTo("refuted");
        }
    }
}
