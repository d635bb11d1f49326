package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.policies.Session.Outcome;
import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Attacks on the trigger functions that hedgerow.yaml declares free of leaks: rows of another tenant
/// contain the ids and people of this one, or are named by their own ids.
///
/// Each attack runs where the fence does not bind the functions' owner, so that only their own conditions
/// protect; and once more against a function without its condition, which must make a difference.
@Tag("isolation")
class ExaminedTest {

    private static final Pattern EXAMINED = Pattern.compile("object: function (?:app|app_private)\\.(\\w+)\\(\\)");
    private static final String SECTION = "# --- triggers that refuse";

    private static final String NEW_KEY = "insert into app.api_key (organization_id, livemode, name, role, prefix,"
            + " key_hash, created_by) values (app.organization_id(), app.livemode(), 'x', 'viewer', 'hk_test_abcd',"
            + " sha256('x'), app.actor())";
    private static final String INVITE = "insert into app.invitation (organization_id, email, role, token_hash,"
            + " invited_by, expires_at) values (app.organization_id(), 'x@y.z', 'viewer', sha256('y'), app.actor(),"
            + " now() + interval '1 day')";
    private static final String RAISE = "update app.membership set role = 'member' where role = 'viewer'";
    private static final String CONFIRM =
            "update app.payment_order set status = 'requires_approval' where id = '%s' and status ="
                    + " 'requires_confirmation'";
    private static final String REQUEST = "insert into app.approval (organization_id, livemode, payment_order_id,"
            + " agent_id, reason, requested_by, expires_at) values (app.organization_id(), app.livemode(), '%s',"
            + " app.agent_id(), 'x', app.actor(), now() + interval '1 day')";
    private static final String DECIDE = "update app.approval set status = 'approved', decided_by = app.actor(),"
            + " decided_at = now() where payment_order_id = '%s' and status = 'pending'";
    private static final String LOG =
            "insert into app.agent_log (organization_id, livemode, agent_id, payment_order_id, kind, message) values"
                    + " (app.organization_id(), app.livemode(), app.agent_id(), '%s', 'decision', 'x')";
    private static final String ORDER = "insert into app.payment_order (organization_id, livemode, asset, amount,"
            + " created_by) values (app.organization_id(), app.livemode(), 'USDC.84532', 1, app.actor())";

    private static final String MEMBER = "m.organization_id = organization and";

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    final Demo demo = new Demo(DATABASE);

    @FunctionalInterface
    private interface Attempt {
        /// Runs the attack.
        ///
        /// @return whether the result is the same as without the other tenant
        boolean failsOn(Stage stage) throws SQLException;
    }

    /// An attack on a function.
    ///
    /// @param function that was examined
    /// @param broken the function without its condition
    private record Attack(String function, Mutant broken, Attempt attempt) {}

    private List<Attack> attacks() {
        return List.of(
                attack("settle", "app.settle", "'row_security', 'on'", "'row_security', 'off'", this::settle),
                attack("give_key", "check_giver", MEMBER, "", stage -> giveFromElsewhere(stage, NEW_KEY)),
                attack("give_invitation", "check_giver", MEMBER, "", stage -> giveFromElsewhere(stage, INVITE)),
                attack("give_role", "check_giver", MEMBER, "", stage -> giveFromElsewhere(stage, RAISE)),
                attack("key_revoked", "key_revoked", "k.organization_id = new.organization_id and", "", this::revoke),
                attack(
                        "membership_lowered",
                        "end_authority",
                        "k.organization_id = organization and",
                        "",
                        this::lowerMember),
                attack(
                        "order_confirmed",
                        "order_confirmed",
                        "a.organization_id = new.organization_id and",
                        "",
                        this::confirm),
                attack(
                        "approval_requested",
                        "approval_requested",
                        "o.organization_id = new.organization_id and",
                        "",
                        stage -> nameOrderOfAnother(stage, REQUEST)),
                attack(
                        "approval_decided",
                        "approval_decided",
                        "o.organization_id = new.organization_id and",
                        "",
                        this::decide),
                attack(
                        "check_agent_log",
                        "check_agent_log",
                        "o.organization_id = new.organization_id",
                        "true",
                        stage -> nameOrderOfAnother(stage, LOG)),
                attack(
                        "check_settlement",
                        "check_settlement",
                        "a.organization_id = new.organization_id",
                        "true",
                        this::giveUp),
                attack(
                        "check_active",
                        "check_active",
                        "not usable",
                        "not usable and app.livemode()",
                        this::useInactive));
    }

    private static Attack attack(String function, String broken, String from, String to, Attempt attempt) {
        return new Attack(function, Mutant.replaced("break", broken, from, to), attempt);
    }

    @TestFactory
    Stream<DynamicTest> a_function_looks_at_no_other_tenant() {
        return attacks().stream()
                .map(attack -> DynamicTest.dynamicTest(attack.function(), () -> {
                    try (var stage = new Stage("")) {
                        assertThat(attack.attempt().failsOn(stage))
                                .as("as it is")
                                .isTrue();
                    }
                    try (var stage = new Stage(attack.broken().sql())) {
                        assertThat(attack.attempt().failsOn(stage)).as("broken").isFalse();
                    }
                }));
    }

    @Test
    void every_one_of_them_is_attacked() throws IOException {
        var examined = Files.readString(Path.of("policies", "hedgerow.yaml"));
        var names = EXAMINED.matcher(examined.substring(examined.indexOf(SECTION)))
                .results()
                .map(found -> found.group(1));
        assertThat(attacks().stream().map(Attack::function)).containsExactlyInAnyOrderElementsOf(names.toList());
    }

    /// One transaction that changes sides: the superuser prepares rows of another tenant, and logins of
    /// acme act.
    private final class Stage implements AutoCloseable {

        private final Session session = Session.unbound(demo.admin);

        Stage(String broken) throws SQLException {
            session.keep("""
                do $$
                declare
                    fenced regclass;
                begin
                    for fenced in select oid from pg_class where relforcerowsecurity loop
                        execute format('alter table %s no force row level security', fenced);
                    end loop;
                end
                $$;
                """ + broken);
        }

        /// Prepares rows without triggers and foreign keys.
        void given(String sql) throws SQLException {
            session.keep("reset session authorization");
            session.keep("set local session_replication_role = replica");
            session.keep(sql);
            session.keep("set local session_replication_role = origin");
        }

        Outcome as(String actor, String sql) throws SQLException {
            session.keep("set local session authorization "
                    + (actor.startsWith("system:") ? "hedgerow_worker" : "hedgerow_app"));
            session.bind(demo.acme, actor, false);
            return session.run(sql);
        }

        @Override
        public void close() throws SQLException {
            session.close();
        }
    }

    private boolean settle(Stage stage) throws SQLException {
        stage.as(actor("viewer"), "select 1");
        stage.session.keep("set local row_security = off; select app.settle()");
        var customers = stage.session.run("select count(*) from app.customer");
        var own = demo.one("select count(*) from app.customer where organization_id = '%s' and not livemode"
                .formatted(demo.acme.id()));
        return customers.rows() == Long.parseLong(own);
    }

    /// The giver is suspended in acme, which nothing has registered yet, and an owner elsewhere.
    private boolean giveFromElsewhere(Stage stage, String sql) throws SQLException {
        var giver = actor("admin").substring("user:".length());
        stage.as(actor("admin"), "select 1");
        stage.session.keep("reset session authorization");
        stage.given("""
            update app.membership set status = 'suspended' where organization_id = '%1$s' and user_id = '%3$s';
            update app.membership set user_id = '%3$s' where organization_id = '%2$s' and role = 'owner'
            """.formatted(demo.acme.id(), demo.globex.id(), giver));
        stage.session.keep("set local session authorization hedgerow_app");
        return stage.session.run(sql).denied();
    }

    /// Globex has keys that seem to be made by the key that acme revokes.
    private boolean revoke(Stage stage) throws SQLException {
        var key = demo.rows.key(demo.acme, "owner");
        stage.given("update app.api_key set created_by = '%s' where organization_id = '%s' and not livemode"
                .formatted(key, demo.globex.id()));
        return stage.as(
                                actor("owner"),
                                "update app.api_key set revoked_at = now() where id = '%s'"
                                        .formatted(key.substring("key:".length())))
                        .rows()
                == 1;
    }

    /// Globex has keys that the admin of acme has made.
    private boolean lowerMember(Stage stage) throws SQLException {
        stage.given("update app.api_key set created_by_person = '%s' where organization_id = '%s' and not livemode"
                .formatted(actor("admin"), demo.globex.id()));
        return stage.as(actor("owner"), "update app.membership set role = 'viewer' where role = 'admin'")
                        .rows()
                == 1;
    }

    /// Globex has an approval, by the person who confirms in acme, of an order with the same id.
    private boolean confirm(Stage stage) throws SQLException {
        var admin = actor("admin");
        var order = order(stage);
        stage.given("update app.approval set payment_order_id = '%s', status = 'approved', decided_by = '%s',"
                        .formatted(order, admin)
                + " decided_at = now(), initiators = '{}' where organization_id = '%s' and not livemode"
                        .formatted(demo.globex.id())
                + " and id = (select id from app.approval where organization_id = '%s' and not livemode limit 1)"
                        .formatted(demo.globex.id()));
        return stage.as(admin, CONFIRM.formatted(order)).rows() == 1;
    }

    /// Globex has an order that acme's agent seems to execute; to the agent it is one that does not exist.
    private boolean nameOrderOfAnother(Stage stage, String sql) throws SQLException {
        var agent = actor("agent");
        var order = demo.one("select id from app.payment_order where organization_id = '%s' and not livemode limit 1"
                .formatted(demo.globex.id()));
        stage.given("update app.payment_order set executing_agent_id = '%s' where organization_id = '%s' and id = '%s'"
                .formatted(agent.substring("agent:".length()), demo.globex.id(), order));
        var absent = UUID.randomUUID().toString();
        var ofAnother = stage.as(agent, sql.formatted(order));
        var ofNothing = stage.as(agent, sql.formatted(absent));
        return ofNothing.sqlState().equals("23503")
                && ofAnother.sqlState().equals(ofNothing.sqlState())
                && ofAnother.message().replace(order, absent).equals(ofNothing.message());
    }

    /// Globex has an order with the same id, made by the person who decides in acme.
    private boolean decide(Stage stage) throws SQLException {
        var admin = actor("admin");
        var order = order(stage);
        stage.session.keep(REQUEST.formatted(order));
        stage.given("update app.payment_order set id = '%s', initiators = '{%s}' where organization_id = '%s' and id ="
                        .formatted(order, admin, demo.globex.id())
                + " (select id from app.payment_order where organization_id = '%s' and not livemode limit 1)"
                        .formatted(demo.globex.id()));
        return stage.as(admin, DECIDE.formatted(order)).rows() == 1;
    }

    /// Globex has an attempt that may still pay an order with the same id.
    private boolean giveUp(Stage stage) throws SQLException {
        var order = demo.order("status = 'processing'");
        stage.given("""
            update app.payment_attempt set status = 'failed', error_code = 'x'
             where organization_id = '%1$s' and payment_order_id = '%3$s';
            update app.payment_attempt set payment_order_id = '%3$s', number = 9, status = 'submitted'
             where organization_id = '%2$s' and id = (select id from app.payment_attempt
                    where organization_id = '%2$s' and not livemode and status = 'submitted' limit 1)
            """.formatted(demo.acme.id(), demo.globex.id(), order));
        return stage.as(
                                "system:test",
                                "update app.payment_order set status = 'failed' where id = '%s'".formatted(order))
                        .rows()
                == 1;
    }

    /// Every tenant gets the same refusal, which names only the requested object.
    private boolean useInactive(Stage stage) throws SQLException {
        stage.given("update app.asset set active = false where code = 'USDC.84532'");
        var ownerElsewhere = demo.rows.actor(demo.globex, "owner");
        var refused = stage.as(actor("owner"), ORDER);
        stage.session.bind(demo.globex, ownerElsewhere, false);
        var elsewhere = stage.session.run(ORDER);
        return refused.equals(elsewhere)
                && refused.sqlState().equals("23514")
                && refused.message().contains("asset USDC.84532 is not active");
    }

    /// Creates an order of a member, who stays bound.
    private String order(Stage stage) throws SQLException {
        var id = UUID.randomUUID().toString();
        stage.as(actor("member"), "select 1");
        stage.session.keep(ORDER.replace("(organization_id", "(id, organization_id")
                .replace("(app.organization_id", "('%s', app.organization_id".formatted(id)));
        return id;
    }

    private String actor(String role) throws SQLException {
        return demo.rows.actor(demo.acme, role);
    }
}
