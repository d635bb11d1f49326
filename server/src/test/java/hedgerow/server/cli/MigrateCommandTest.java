package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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

    @Test
    void it_cannot_go_back_further_than_the_start() {
        assertThat(migrate("--rollback", "1000").exit()).isEqualTo(2);
        assertThat(migrate("--rollback", "-1").exit()).isEqualTo(2);
    }

    @Test
    void it_does_one_thing_at_a_time() {
        assertThat(migrate("--rollback", "1", "--status").exit()).isEqualTo(2);
    }

    @Test
    void its_output_has_no_password() {
        var said = migrate().said();
        copy.adminUrl().password().ifPresent(password -> assertThat(said).doesNotContain(password));
    }

    private InProcess migrate(String... more) {
        var arguments = new String[more.length + 2];
        arguments[0] = "--database";
        arguments[1] = copy.adminUrl().libpq();
        System.arraycopy(more, 0, arguments, 2, more.length);
        return InProcess.run(new MigrateCommand(), arguments);
    }
}
