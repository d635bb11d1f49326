package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.rls.prove.Claim;
import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A session may lie in one setting whose parts have a separator. Each part is an input of its own, and a leak is shown
/// by a text that has such parts.
class PartsOfSettingsTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final String PART = "split_part(current_setting('desk.session', true), '|', %d)";

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        text check (org <> ''); org = P1;                                            proved;  proved
        text not null;          org = P1;                                            proved;  refuted
        uuid;                   org = nullif(P1, '')::uuid;                          proved;  proved
        text check (org <> ''); org = P1 or P2 = 'admin';                            refuted; refuted
        text check (org <> ''); org = P1 or split_part(P2, '-', 2) = 'admin';        refuted; refuted
        text check (org <> ''); org = P1 or org = P2;                                refuted; refuted
        text check (org <> ''); org = nullif(translate(P1, '.', '-'), '') and P2 = 'a'; proved;  proved
        """)
    void a_policy_on_a_part(String type, String using, String disjoint, String unbound) throws SQLException {
        desk(type, using);
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            var proofs = Scratch.prove(connection, Config.NONE.withSchemas(List.of("desk")));
            assertThat(proofs.summary(Claim.DISJOINT_READS)).isEqualTo(disjoint);
            assertThat(proofs.summary(Claim.UNBOUND_SEES_NOTHING)).isEqualTo(unbound);
            connection.rollback();
        } finally {
            admin("drop schema desk cascade; drop role desk_app");
        }
    }

    /// The session is bound by a text of several parts; the whole setting has no value of its own.
    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
        org = P1;                  held
        org = P2;                  held
        org = P2 and P1 = 'staff'; held
        org = P2 or P1 = 'staff';  leaked
        """)
    void an_attack_on_a_part(String using, String disjoint) throws SQLException {
        desk("text check (org <> '')", using);
        try (var connection = DATABASE.admin()) {
            connection.setAutoCommit(false);
            var settings =
                    new SettingsReader(connection, RuleCatalog.load()).read(Config.NONE.withSchemas(List.of("desk")));
            var attempts =
                    Probe.run(connection, Catalog.read(connection), settings, ProbeOptions.DEFAULTS, progress -> {});
            assertThat(attempts.summary(Claim.DISJOINT_READS).id()).isEqualTo(disjoint);
            connection.rollback();
        } finally {
            admin("drop schema desk cascade; drop role desk_app");
        }
    }

    private static void desk(String type, String using) throws SQLException {
        admin("""
            create role desk_app login;
            create schema desk;
            create table desk.bill (id int primary key, org %s);
            alter table desk.bill enable row level security;
            create policy home on desk.bill to desk_app using (%s);
            grant usage on schema desk to desk_app;
            grant select on desk.bill to desk_app;
            """.formatted(type, using.replace("P1", PART.formatted(1)).replace("P2", PART.formatted(2))));
    }

    private static void admin(String sql) throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
