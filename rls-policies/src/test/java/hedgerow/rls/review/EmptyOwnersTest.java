package hedgerow.rls.review;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A setting that was only set locally is an empty text afterwards, and so equals an owner that is one. Nobody's name
/// is: that such rows show is worth a warning, and less than a hole through which rows of tenants show.
class EmptyOwnersTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.empty();

    private static final RuleCatalog RULES = RuleCatalog.load();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', nullValues = "-", textBlock = """
        text not null | org = current_setting('desk.org', true) | WARN
        varchar(36) | org = (select current_setting('desk.org')) | WARN
        text check (org <> '') | org = current_setting('desk.org', true) | -
        text not null | org = nullif(current_setting('desk.org', true), '') | -
        uuid not null | org = nullif(current_setting('desk.org', true), '')::uuid | -
        text not null | org = current_setting('desk.org', true) or current_setting('desk.org', true) = '' | ERROR
        text not null | org = coalesce(nullif(current_setting('desk.org', true), ''), org) | ERROR
        text | org is not distinct from nullif(current_setting('desk.org', true), '') | ERROR
        """)
    void a_row_that_shows_without_an_identity(String type, String using, Severity severity) throws SQLException {
        admin("""
            create role desk_app login;
            create schema desk;
            create table desk.bill (id int primary key, org %s, total int);
            alter table desk.bill enable row level security;
            create policy home on desk.bill to desk_app using (%s);
            grant usage on schema desk to desk_app;
            grant select on desk.bill to desk_app;
            """.formatted(type, using));
        try (var connection = DATABASE.admin()) {
            var findings = new Reviewer(RULES, Config.NONE.withSchemas(List.of("desk")), page -> true)
                    .review(connection, Origin.live("the desk"), Progress.NONE).review().findings().stream()
                            .filter(finding -> finding.leak().isPresent())
                            .toList();
            assertThat(findings).hasSize(severity == null ? 0 : 1).allSatisfy(finding -> {
                assertThat(finding.severity()).isEqualTo(severity);
                assertThat(finding.detail().contains("whose tenant is an empty text"))
                        .isEqualTo(severity == Severity.WARN);
            });
        } finally {
            admin("drop schema desk cascade; drop role desk_app");
        }
    }

    private static void admin(String sql) throws SQLException {
        try (var connection = DATABASE.admin();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
