package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MigrateCommandTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private HedgerowDatabase copy;

    @BeforeEach
    void copy() {
        copy = DATABASE.copy();
    }

    @AfterEach
    void drop() {
        copy.close();
    }

    @Test
    void a_database_that_is_up_to_date_stays_as_it_is() {
        assertThat(migrate().said()).contains("0 changesets applied, plain mode");
        assertThat(migrate("--status").said()).contains("0 changesets to apply");
    }

    @Test
    void a_step_back_and_forward() {
        var back = migrate("--rollback", "1");
        assertThat(back.exit()).as(back.said()).isZero();
        assertThat(back.said()).contains("rolled back sql/schema/");
        assertThat(migrate("--dry-run").said()).contains("sql/schema/").doesNotContain("0 changesets to apply");
        assertThat(migrate().said()).contains("sql/schema/").contains("changesets applied");
        assertThat(migrate("--status").said()).contains("0 changesets to apply");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1000", "0", "-1"})
    void a_rollback_takes_back_at_least_one_file_and_no_more_than_there_are(String count) {
        var refused = migrate("--rollback", count);
        assertThat(refused.exit()).isEqualTo(2);
        assertThat(refused.said()).contains("schema files can be rolled back", "not " + count);
        assertThat(migrate("--status").said()).contains("0 changesets to apply");
    }

    @Test
    void a_rollback_can_be_previewed() {
        var preview = migrate("--rollback", "2", "--dry-run");
        assertThat(preview.exit()).as(preview.said()).isZero();
        assertThat(migrate("--status").said()).contains("0 changesets to apply");
        var done =
                migrate("--rollback", "2").said().lines().map(line -> line.replace("rolled back", "would roll back"));
        assertThat(preview.said().lines().filter(line -> line.startsWith("would roll back")))
                .containsExactlyElementsOf(done.toList());
    }

    @Test
    void a_seal_is_installed_if_its_mode_has_it() {
        assertThat(migrate("--seal", "reserved").said()).contains("plain mode (seal: reserved)");
        assertThat(migrate().said()).as("it stays").contains("plain mode (seal: reserved)");
        assertThat(migrate("--seal", "none").said()).contains("plain mode\n").doesNotContain("seal: ");
        var refused = migrate("--seal", "hmac");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.said()).contains("plain mode has no key for a seal", "Install with mode=sealed");
        assertThat(migrate("--seal", "loose").exit()).isEqualTo(2);
        assertThat(migrate("--mode", "sealed", "--seal", "hmac").said()).contains("sealed mode (seal: hmac)");
        assertThat(migrate("--seal", "none").said()).contains("sealed mode needs a seal");
    }

    @Test
    void its_output_has_no_password() {
        var said = migrate().said();
        copy.adminUrl().password().ifPresent(password -> assertThat(said).doesNotContain(password));
    }

    @Test
    void the_old_name_of_its_option_is_taken_with_a_warning() {
        var url = copy.adminUrl().libpq();
        var status = InProcess.run(new MigrateCommand(), "--status", "--database", url);
        assertThat(status.exit()).isZero();
        assertThat(status.said())
                .startsWith("warning: --database is the application's database elsewhere. Use --admin-database here.");
        var both = migrate("--status", "--database", url);
        assertThat(both.exit()).isEqualTo(2);
        assertThat(both.said()).contains("--admin-database and --database are one option; leave --database out");
        assertThat(InProcess.run(new MigrateCommand(), "--help").said())
                .contains("--admin-database=<url>")
                .doesNotContain("--database=");
    }

    private InProcess migrate(String... more) {
        var arguments = new String[more.length + 2];
        arguments[0] = "--admin-database";
        arguments[1] = copy.adminUrl().libpq();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return InProcess.run(new MigrateCommand(), arguments);
    }
}
