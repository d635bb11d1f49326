package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.prove.Claim;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A trigger that pins a row to the session's tenant pins it to another, if its function has a setting of its own.
class TriggersWithSettingsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        set search_path = pg_catalog, pg_temp                      | proved
        set desk.org = 'a0000000-0000-4000-8000-000000000001'       | refuted
        """)
    void a_row_is_pinned(String setting, String verdict) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load("""
                create role desk_app login;
                create schema desk;
                create function desk.org() returns uuid stable
                    return nullif(current_setting('desk.org', true), '')::uuid;
                create table desk.bill (org uuid not null, id uuid primary key, memo text);
                alter table desk.bill enable row level security;
                create policy home on desk.bill to desk_app using (org = desk.org()) with check (true);
                create function desk.pin() returns trigger language plpgsql %s as $$ begin
                    new.org := desk.org();
                    return new;
                end $$;
                create trigger pin before update on desk.bill for each row execute function desk.pin();
                grant usage on schema desk to desk_app;
                grant select, update on desk.bill to desk_app;
                """.formatted(setting));
            var proofs = Scratch.prove(connection, Config.NONE.withSchemas(List.of("desk")));
            assertThat(proofs.summary(Claim.WRITES_STAY_HOME)).isEqualTo(verdict);
        }
    }
}
