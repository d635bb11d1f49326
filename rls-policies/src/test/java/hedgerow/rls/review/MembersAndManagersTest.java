package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.prove.Claim;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A session that may change the memberships of others manages them, and earns none by a write: unless anybody may
/// change them, or the write takes another way than the policies of the table.
class MembersAndManagersTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String SCHEMA = """
        create role care_app login;
        create schema care;
        grant usage on schema care to care_app;
        create function care.claim(name text) returns text stable
            return nullif(current_setting('care.claims', true), '')::jsonb ->> name;
        create table care.patient (clinic_id uuid not null, id uuid not null, primary key (clinic_id, id));
        create table care.assignment (clinic_id uuid not null, patient_id uuid not null, nurse_id uuid not null,
            primary key (clinic_id, patient_id, nurse_id),
            foreign key (clinic_id, patient_id) references care.patient);
        alter table care.patient enable row level security;
        alter table care.assignment enable row level security;
        create policy assigned on care.patient for select using (clinic_id = care.claim('clinic')::uuid
            and exists (select from care.assignment a where a.patient_id = patient.id
                and a.nurse_id = care.claim('sub')::uuid and a.clinic_id = care.claim('clinic')::uuid));
        create policy leads on care.assignment
            using (clinic_id = care.claim('clinic')::uuid and care.claim('user_rank') = 'lead');
        create policy own on care.assignment for select
            using (clinic_id = care.claim('clinic')::uuid and nurse_id = care.claim('sub')::uuid);
        grant select, insert, update, delete on care.patient, care.assignment to care_app;
        """;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        select                                                                                        | proved
        alter policy leads on care.assignment using (clinic_id = care.claim('clinic')::uuid)           | proved
        alter policy leads on care.assignment using (true)                                            | refuted
        alter policy leads on care.assignment using (care.claim('user_rank') = 'lead' or true)        | refuted
        create table care.above as table care.assignment with no data; alter table care.assignment inherit care.above; \
        grant select on care.above to care_app                                                        | proved
        create table care.above as table care.assignment with no data; alter table care.assignment inherit care.above; \
        grant select, update on care.above to care_app                                                | unknown
        create table care.child () inherits (care.assignment); grant select on care.child to care_app  | proved
        create table care.child () inherits (care.assignment); grant insert on care.child to care_app  | unknown
        """)
    void a_way_into_the_membership(String change, String earned) throws SQLException {
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load(SCHEMA + change);
            var proofs = Scratch.prove(connection, Config.NONE.withSchemas(List.of("care")));
            assertThat(proofs.summary(Claim.MEMBERSHIP_EARNED)).isEqualTo(earned);
        }
    }
}
