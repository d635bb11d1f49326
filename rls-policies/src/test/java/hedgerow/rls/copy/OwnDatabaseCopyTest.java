package hedgerow.rls.copy;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class OwnDatabaseCopyTest {

    @RegisterExtension
    static final HedgerowDatabase PLAIN = HedgerowDatabase.migrated();

    @RegisterExtension
    static final HedgerowDatabase SEALED = HedgerowDatabase.migrated().sealed();

    @Test
    void the_copy_of_our_own_database_has_the_same_catalog() throws SQLException {
        check(PLAIN);
    }

    @Test
    void the_copy_of_our_own_database_in_sealed_mode_has_the_same_catalog() throws SQLException {
        check(SEALED);
    }

    private static void check(HedgerowDatabase database) throws SQLException {
        try (var lab = new CopyLab(database.major());
                var source = database.admin()) {
            source.setAutoCommit(false);
            lab.copy(source, copied -> {
                assertThat(copied.copy().missing()).isEmpty();
                assertThat(copied.unlike()).isEmpty();
            });
        }
    }
}
