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

    /// An empty text that leads to rows of tenants is a hole, whoever owns the row that it is in.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        exists (select from desk.boss b where b.person = current_setting('desk.me', true))                     | ERROR
        exists (select from desk.clerk c where c.org = bill.org and c.person = current_setting('desk.me', true)) | ERROR
        exists (select from desk.shelf s where s.id = bill.shelf_id and s.org = current_setting('desk.me', true)) | WARN
        """)
    void a_row_that_shows_through_another(String using, Severity severity) throws SQLException {
        admin("""
            create role desk_app login;
            create schema desk;
            create table desk.boss (person text primary key);
            create table desk.clerk (org uuid, person text, primary key (org, person));
            create table desk.shelf (id int primary key, org text not null);
            create table desk.bill (id int primary key, org uuid not null, shelf_id int not null references desk.shelf);
            alter table desk.boss enable row level security;
            alter table desk.clerk enable row level security;
            alter table desk.shelf enable row level security;
            alter table desk.bill enable row level security;
            create policy own on desk.boss to desk_app using (person = current_setting('desk.me', true));
            create policy own on desk.clerk to desk_app using (person = current_setting('desk.me', true));
            create policy own on desk.shelf to desk_app using (org = current_setting('desk.me', true));
            create policy home on desk.bill to desk_app using (%s);
            grant usage on schema desk to desk_app;
            grant select on desk.bill, desk.boss, desk.clerk, desk.shelf to desk_app;
            """.formatted(using));
        try (var connection = DATABASE.admin()) {
            var worst = new Reviewer(RULES, Config.NONE.withSchemas(List.of("desk")), page -> true)
                    .review(connection, Origin.live("the desk"), Progress.NONE).review().findings().stream()
                            .filter(finding -> finding.object().equals("policy home on desk.bill"))
                            .filter(finding -> finding.leak().isPresent())
                            .map(Finding::severity)
                            .toList();
            assertThat(worst).containsExactly(severity);
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
