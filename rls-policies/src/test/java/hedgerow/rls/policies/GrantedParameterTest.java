package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Migrations;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

/// The parameter in which a session lies, given to others, or given a value.
@Tag("isolation")
@Isolated("grants and settings of roles are the server's, which all tests share")
class GrantedParameterTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE =
            HedgerowDatabase.migrated().sealed().seeded();

    @Test
    void a_value_that_the_operator_gave_the_parameter_is_no_session() throws SQLException {
        HedgerowDatabase copy = DATABASE.copy();
        try (copy;
                var boss = copy.admin();
                var statement = boss.createStatement()) {
            statement.execute("alter role hedgerow_app set backtrace_functions = 'errstart, exec_simple_query'");
            try (var login = copy.app();
                    Session session = Session.unbound(login)) {
                assertThat(session.strings("show backtrace_functions")).containsExactly("errstart, exec_simple_query");
                SealedAttacks.assertUnbound(session, "a debugging operator");
            } finally {
                statement.execute("alter role hedgerow_app reset backtrace_functions");
            }
        }
    }

    @Test
    void an_installation_is_refused_while_the_application_may_set_the_parameter() throws SQLException {
        HedgerowDatabase copy = DATABASE.copy();
        try (copy;
                var boss = copy.admin();
                var statement = boss.createStatement()) {
            for (String who : List.of("hedgerow_app", "public")) {
                statement.execute("grant set on parameter backtrace_functions to " + who);
                try {
                    assertThatThrownBy(() -> new Migrations(copy.adminUrl()).migrate(Optional.empty(), line -> {}))
                            .hasMessageContaining("seal_reserved")
                            .asString()
                            .contains("hedgerow_app", "may set the parameter");
                } finally {
                    statement.execute("revoke set on parameter backtrace_functions from " + who);
                }
            }
            assertThat(new Migrations(copy.adminUrl()).migrate(Optional.empty(), line -> {}))
                    .isZero();
        }
    }
}
