package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The seal of sealed mode where nobody may reserve a parameter: an HMAC over the session variables.
@Tag("isolation")
class HmacSealTest extends SealedAttacks {

    @RegisterExtension
    static final HedgerowDatabase DATABASE =
            HedgerowDatabase.migrated().sealedByHmac().seeded();

    HmacSealTest() {
        super(DATABASE);
    }

    @Test
    void a_variable_changed_after_the_bind_opens_nothing() throws SQLException {
        for (String change : List.of(
                "set local app.organization_id = '" + globex.id() + "'",
                "set local app.role = 'admin'",
                "set local app.actor = '" + rows.actor(globex, "owner") + "'",
                "set local app.livemode = 'true'",
                "set local app.seal = ''",
                "set local app.seal = 'x.y.z'",
                "set app.organization_id = '" + globex.id() + "'")) {
            try (Session session = bound(app)) {
                session.keep(change);
                assertThat(session.run("select count(*) from app.customer").rows())
                        .as(change)
                        .isZero();
                assertThat(session.run("select 1 where app.organization_id() is not null")
                                .rows())
                        .isZero();
            }
        }
    }

    @Test
    void a_seal_dies_with_its_transaction() throws SQLException {
        List<String> variables = List.of("organization_id", "actor", "role", "livemode", "seal");
        List<String> stolen;
        try (Session _ = bound(app);
                var statement = app.createStatement();
                var result = statement.executeQuery("select "
                        + String.join(
                                ", ",
                                variables.stream()
                                        .map(v -> "current_setting('app." + v + "')")
                                        .toList()))) {
            result.next();
            stolen = List.of(
                    result.getString(1),
                    result.getString(2),
                    result.getString(3),
                    result.getString(4),
                    result.getString(5));
        }
        try (Session session = Session.unbound(app)) {
            for (int i = 0; i < variables.size(); i++) {
                session.keep("set local app." + variables.get(i) + " = '" + stolen.get(i) + "'");
            }
            assertThat(session.run("select count(*) from app.customer").rows()).isZero();
            assertThat(session.run("delete from app.customer").rows()).isZero();
        }
    }

    /// Transactions that one message of the simple protocol begins start at the same time, so that a seal
    /// is valid in all of them: for the tenant and the actor that its message was bound to, and for nobody
    /// else. The binder sends no such message.
    @Test
    void a_seal_copied_into_a_second_transaction_of_the_same_message_gains_nothing() throws Exception {
        Token token = token(acme, owner, "");
        String copy = "do $$ declare name text; begin foreach name in array array['app.organization_id', 'app.actor',"
                + " 'app.role', 'app.livemode', 'app.seal'] loop execute format('set session %s = %L', name,"
                + " current_setting(name)); end loop; end $$";
        String count = "select 'rows', count(*), count(*) filter (where organization_id <> '%s') from app.customer"
                .formatted(acme.id());
        String other = "set local app.organization_id = '%s'".formatted(globex.id());
        List<String> seen = psql(
                String.join(
                        ";",
                        "begin",
                        token.call(acme, owner, false, token.mac()),
                        copy,
                        "commit; begin",
                        count,
                        other,
                        count,
                        "commit"),
                count);
        String own = rows.strings("select count(*) from app.customer where organization_id = '%s' and not livemode"
                        .formatted(acme.id()))
                .getFirst();
        assertThat(seen)
                .as("the same tenant; another tenant; the next message")
                .containsExactly("rows|" + own + "|0", "rows|0|0", "rows|0|0");
    }

    @Test
    void a_retired_key_ends_its_tokens_and_its_seals() throws SQLException {
        HedgerowDatabase copy = database.copy();
        try (copy;
                var boss = copy.admin();
                var login = copy.app()) {
            try (var create = boss.prepareStatement("select app_private.create_key('bind', ?)")) {
                create.setBytes(1, KEY);
                create.execute();
            }
            Token token = token(acme, owner, "");
            try (Session session = Session.unbound(login)) {
                session.keep(token.call(acme, owner, false, token.mac()));
                assertThat(session.run("select count(*) from app.customer").rows())
                        .isPositive();
                try (var retire = boss.createStatement()) {
                    retire.execute("select app_private.retire_key(id) from app_private.seal_key");
                }
                assertThat(session.run("select count(*) from app.customer").rows())
                        .isZero();
            }
            assertRefused(login, token.call(acme, owner, false, token.mac()), "28000");
        }
    }

    @Test
    void a_read_calls_each_accessor_once() throws SQLException {
        assertThat(functionsOfARead()).containsExactly("livemode 1", "organization_id 1", "role 1");
    }
}
