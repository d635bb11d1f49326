package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// No role crosses from one tenant, or one mode, to another; and within a tenant each has the rights of the
/// matrix.
@Tag("isolation")
class IsolationTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @RegisterExtension
    static final HedgerowDatabase RESERVED =
            HedgerowDatabase.migrated().reserved().seeded();

    @Test
    void nothing_crosses_the_fence() throws Exception {
        try (var copy = DATABASE.copy();
                var admin = copy.admin();
                var app = copy.app();
                var worker = copy.worker()) {
            assertThat(Isolation.violations(admin, app, worker)).isEmpty();
        }
    }

    @Test
    void nothing_crosses_it_with_the_session_in_a_reserved_parameter() throws Exception {
        try (var copy = RESERVED.copy();
                var admin = copy.admin();
                var app = copy.app();
                var worker = copy.worker()) {
            assertThat(Isolation.violations(admin, app, worker)).isEmpty();
        }
    }

    @Test
    void every_table_policy_function_and_role_is_built_as_it_must_be() throws Exception {
        try (var admin = DATABASE.admin()) {
            assertThat(Structure.violations(admin)).isEmpty();
        }
    }

    @Test
    void every_table_has_a_policy_file_and_lines_in_the_matrix() throws Exception {
        AccessMatrix matrix = AccessMatrix.read();
        try (var admin = DATABASE.admin()) {
            for (TenantTable table : TenantTable.read(admin)) {
                assertThat(Files.exists(Path.of("policies", table.name() + ".sql")))
                        .as("policies/" + table.name() + ".sql")
                        .isTrue();
                assertThat(matrix.tables()
                                .getOrDefault(table.name(), java.util.Map.of())
                                .keySet())
                        .as("roles of " + table.name() + " in policies/access.tsv")
                        .containsAll(List.of("owner", "admin", "member", "viewer", "agent", "worker"));
            }
        }
    }
}
