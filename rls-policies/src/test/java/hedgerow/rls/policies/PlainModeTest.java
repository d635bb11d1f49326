package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.NamedTenant;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The attacks that plain mode resists and, to avoid surprises, those that it does not: `docs/sessions.md`.
@Tag("isolation")
class PlainModeTest {

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private Connection admin;
    private Connection app;
    private Rows rows;
    private NamedTenant acme;
    private NamedTenant globex;

    @BeforeEach
    void open() throws SQLException {
        admin = DATABASE.admin();
        app = DATABASE.app();
        rows = new Rows(admin);
        acme = rows.tenant("acme");
        globex = rows.tenant("globex");
    }

    @AfterEach
    void close() throws SQLException {
        app.close();
        admin.close();
    }

    @Test
    void a_session_ends_with_its_transaction() throws SQLException {
        try (Session session = Session.bound(app, acme, rows.actor(acme, "owner"), false)) {
            assertThat(session.run("select count(*) from app.customer").rows()).isPositive();
        }
        try (Session session = Session.unbound(app)) {
            assertThat(session.run("select count(*) from app.customer").rows()).isZero();
        }
    }

    @Test
    void a_single_query_cannot_change_its_tenant_half_way() throws SQLException {
        try (Session session = Session.bound(app, acme, rows.actor(acme, "owner"), false)) {
            var flip = session.run("select count(*) from app.customer where set_config('app.organization_id', '"
                    + globex.id() + "', true) is not null");
            assertThat(flip.denied()).isTrue();
        }
    }

    @Test
    void sql_of_an_attacker_is_not_resisted() throws SQLException {
        try (Session session = Session.bound(app, acme, rows.actor(acme, "owner"), false)) {
            session.keep("set local app.organization_id = '" + globex.id() + "'");
            assertThat(session.run("select count(*) from app.customer").rows())
                    .as("plain mode believes its variables; sealed mode does not")
                    .isPositive();
        }
    }

    @Test
    void a_token_is_refused_because_nothing_would_check_it() throws SQLException {
        try (Session session = Session.unbound(app)) {
            var outcome = session.run("select app.bind('%s', '%s', false, now(), gen_random_uuid(), '\\x00')"
                    .formatted(acme.id(), rows.actor(acme, "owner")));
            assertThat(outcome.sqlState()).isEqualTo("28000");
        }
    }
}
