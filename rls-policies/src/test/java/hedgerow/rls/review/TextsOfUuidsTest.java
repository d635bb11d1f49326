package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.prove.Claim;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The text of a uuid has small letters alone, no wildcards and one length, so that policies which compare it in
/// clumsy ways mean an equality.
class TextsOfUuidsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        uuid; lower(org::text) = lower(ORG::text);              proved
        uuid; org::text = lower(ORG::text);                     proved
        uuid; org::text like ORG::text;                         proved
        uuid; org::text like ORG::text || '%';                  proved
        uuid; (select lower(ORG::text)) = org::text;            proved
        uuid; upper(org::text) = lower(org::text) or org = ORG; unknown
        uuid; org::text like left(ORG::text, 9) || '%';         refuted
        uuid; org::text not like ORG::text || '%';              refuted
        text; org like SETTING || '%';                          refuted
        """)
    void a_policy_on_the_text_of_a_uuid(String type, String using, String disjoint) throws SQLException {
        var setting = "nullif(current_setting('desk.org', true), '')";
        var policy = using.replace("SETTING", setting).replace("ORG", setting + "::uuid");
        try (var connection = DATABASE.admin();
                var scratch = new Scratch(connection)) {
            scratch.load("""
                create role desk_app login;
                create schema desk;
                create table desk.bill (id int primary key, org %s not null);
                alter table desk.bill enable row level security;
                create policy home on desk.bill to desk_app using (%s) with check (org = %s);
                grant usage on schema desk to desk_app;
                grant select, insert on desk.bill to desk_app;
                """.formatted(type, policy, setting + "::" + type));
            var proofs = Scratch.prove(connection, Config.NONE.withSchemas(List.of("desk")));
            assertThat(proofs.summary(Claim.DISJOINT_READS)).isEqualTo(disjoint);
        }
    }
}
