package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Sealed mode as a superuser installs it: the session lies in a parameter that only the bind function may set.
@Tag("isolation")
class SealedModeTest extends SealedAttacks {

    @RegisterExtension
    static final HedgerowDatabase DATABASE =
            HedgerowDatabase.migrated().sealed().seeded();

    SealedModeTest() {
        super(DATABASE);
    }

    @Test
    void whoever_knows_a_session_cannot_begin_it_again() throws SQLException {
        String stolen;
        try (Session session = bound(app)) {
            stolen = session.strings("show backtrace_functions").getFirst();
        }
        assertThat(stolen).contains(acme.id().toString().replace("-", ""));
        for (String sql : List.of("set local backtrace_functions = '", "set backtrace_functions = '")) {
            assertRefused(app, sql + stolen + "'", Session.DENIED);
        }
        try (Session session = Session.unbound(app)) {
            assertUnbound(session, "a stolen session");
        }
    }

    /// Accessors are inlined, as in plain mode.
    @Test
    void a_read_calls_no_function() throws SQLException {
        assertThat(functionsOfARead()).isEmpty();
    }
}
