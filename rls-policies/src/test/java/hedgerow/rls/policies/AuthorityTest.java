package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.rls.policies.Session.Outcome;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Nobody grants more than they have, everything that somebody granted ends with them, and the approver of
/// an order is a person who is not behind it.
@Tag("isolation")
class AuthorityTest {

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    final Demo demo = new Demo(DATABASE);

    private static final String SIGN_IN = "select app.bind(null, 'system:sign-in', false)";
    private static final String DECIDE = "update app.approval set status = 'approved', decided_by = app.actor(),"
            + " decided_at = now() where payment_order_id = '%s' and status = 'pending'";
    private static final String REQUEST = "insert into app.approval (organization_id, livemode, payment_order_id,"
            + " agent_id, reason, requested_by, expires_at) values (app.organization_id(), app.livemode(), '%s',"
            + " app.agent_id(), 'x', app.actor(), now() + interval '1 day')";
    private static final String CONFIRM =
            "update app.payment_order set status = 'requires_approval' where id = '%s' and status ="
                    + " 'requires_confirmation'";

    // --- the second person ---------------------------------------------------------------------------------------

    @Test
    void nobody_approves_an_order_that_their_own_key_made_and_confirmed() throws SQLException {
        try (Session session = demo.as("owner")) {
            String order = order(session);
            bind(session, "key:" + key(session, "owner"));
            session.keep(CONFIRM.formatted(order) + ";" + REQUEST.formatted(order));
            onlyTheAdminDecides(session, order);
        }
    }

    @Test
    void nobody_approves_an_order_made_by_a_key_of_their_key() throws SQLException {
        try (Session session = demo.as("owner")) {
            bind(session, "key:" + key(session, "owner"));
            bind(session, "key:" + key(session, "owner"));
            String order = order(session);
            bind(session, actor("member"));
            session.keep(CONFIRM.formatted(order) + ";" + REQUEST.formatted(order));
            onlyTheAdminDecides(session, order);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"revoked", "removed"})
    void a_key_that_is_gone_still_stands_for_its_person(String how) throws SQLException {
        try (Connection admin = DATABASE.admin();
                Session session = Session.unbound(admin)) {
            bind(session, actor("owner"));
            String order = order(session);
            String key = key(session, "owner");
            bind(session, "key:" + key);
            session.keep(CONFIRM.formatted(order) + ";" + REQUEST.formatted(order));
            session.keep("set session authorization hedgerow_app");
            if (how.equals("revoked")) {
                bind(session, actor("owner"));
                session.keep("update app.api_key set revoked_at = now() where id = '" + key + "'");
            } else {
                session.keep("reset session authorization");
                session.keep("delete from app.api_key where id = '" + key + "'");
                session.keep("set session authorization hedgerow_app");
            }
            onlyTheAdminDecides(session, order);
        }
    }

    /// One person has made the order, one has confirmed it and one has requested the approval.
    @ParameterizedTest
    @CsvSource({"admin,member,member", "member,admin,member", "member,member,admin"})
    void a_person_who_made_confirmed_or_requested_it_does_not_decide(String maker, String confirmer, String asker)
            throws SQLException {
        try (Session session = demo.as(maker)) {
            String order = order(session);
            bind(session, actor(confirmer));
            session.keep(CONFIRM.formatted(order));
            bind(session, actor(asker));
            session.keep(REQUEST.formatted(order));
            bind(session, actor("admin"));
            nothing(session.run(DECIDE.formatted(order)));
            bind(session, actor("owner"));
            assertThat(session.run(DECIDE.formatted(order)).rows()).isEqualTo(1);
        }
    }

    @Test
    void nobody_confirms_an_order_that_they_have_approved() throws SQLException {
        try (Session session = demo.as("member")) {
            String order = order(session);
            session.keep(REQUEST.formatted(order));
            bind(session, actor("admin"));
            session.keep(DECIDE.formatted(order));
            assertThat(session.run(CONFIRM.formatted(order)).denied()).isTrue();
            bind(session, actor("owner"));
            assertThat(session.run(CONFIRM.formatted(order)).rows()).isEqualTo(1);
        }
    }

    /// The approval was requested before the confirmation, so that it does not record who has confirmed
    /// since.
    @Test
    void a_person_who_confirmed_after_the_request_does_not_decide() throws SQLException {
        try (Session session = demo.as("member")) {
            String order = order(session);
            session.keep(REQUEST.formatted(order));
            bind(session, actor("admin"));
            session.keep(CONFIRM.formatted(order));
            assertThat(session.run(DECIDE.formatted(order)).denied()).isTrue();
            bind(session, actor("owner"));
            assertThat(session.run(DECIDE.formatted(order)).rows()).isEqualTo(1);
        }
    }

    /// An agent acts through its keys.
    @Test
    void the_maker_of_an_agents_key_does_not_decide_on_the_agents_requests() throws SQLException {
        try (Session session = demo.as("member")) {
            String order = order(session);
            session.keep("update app.payment_order set executing_agent_id = '%s' where id = '%s'"
                    .formatted(actor("agent").substring(6), order));
            session.keep(CONFIRM.formatted(order));
            bind(session, actor("agent"));
            session.keep(REQUEST.formatted(order));
            onlyTheAdminDecides(session, order);
        }
    }

    @Test
    void no_row_holds_an_approval_by_one_of_its_initiators() throws SQLException {
        try (Session session = Session.unbound(demo.admin)) {
            session.bind(demo.acme, "system:test", false);
            assertThat(session.run("update app.approval set status = 'approved', decided_at = now(),"
                                    + " decided_by = initiators[1] where status = 'pending'")
                            .sqlState())
                    .isEqualTo("23514");
        }
    }

    private void onlyTheAdminDecides(Session session, String order) throws SQLException {
        bind(session, actor("owner"));
        nothing(session.run(DECIDE.formatted(order)));
        nothing(session.run(DECIDE.formatted(order).replace("'approved'", "'rejected'")));
        bind(session, actor("admin"));
        assertThat(session.run(DECIDE.formatted(order)).rows()).isEqualTo(1);
    }

    // --- agents --------------------------------------------------------------------------------------------------

    /// The refusal is the same whether nobody has requested approval, or somebody has.
    @Test
    void to_an_agent_an_order_of_somebody_else_is_not_there() throws SQLException {
        String absentId = "01990000-0000-7000-8000-000000000000";
        String order = demo.order("executing_agent_id is null and status = 'processing'");
        String waiting = demo.order("executing_agent_id is null and status = 'requires_approval'");
        try (Session session = demo.as("agent")) {
            Outcome absent = session.run(REQUEST.formatted(absentId));
            assertThat(absent.sqlState()).isEqualTo("23503");
            for (String foreign : List.of(order, waiting)) {
                Outcome refused = session.run(REQUEST.formatted(foreign));
                assertThat(refused.sqlState()).isEqualTo(absent.sqlState());
                assertThat(refused.message().replace(foreign, absentId)).isEqualTo(absent.message());
            }
            String own = demo.order("executing_agent_id = '%s' and status = 'requires_execution'"
                    .formatted(actor("agent").substring(6)));
            assertThat(session.run(REQUEST.formatted(own)).rows()).isEqualTo(1);
        }
        assertThat(demo.as("member", REQUEST.formatted(order)).rows()).isEqualTo(1);
    }

    // --- handing out ---------------------------------------------------------------------------------------------

    private static final String NEW_KEY = "insert into app.api_key (organization_id, livemode, name, %s, prefix,"
            + " key_hash, created_by) values (app.organization_id(), app.livemode(), 'x', %s, 'hk_test_abcd',"
            + " sha256(uuid_send(gen_random_uuid())), app.actor())";
    private static final String INVITE = "insert into app.invitation (organization_id, email, role, token_hash,"
            + " invited_by, expires_at) values (app.organization_id(), 'x@y.z', 'viewer', sha256('y'), app.actor(),"
            + " now() + interval '1 day')";
    private static final String SOON = "now() + interval '1 hour'";

    /// Every column that the application may write in a table that decides who may act, and how it could
    /// grant more than a restricted key has; or why it cannot.
    private static Map<String, String> doors() {
        var doors = new LinkedHashMap<String, String>();
        String kinds = "kind, role, scopes, expires_at";
        doors.put("api_key.role INSERT", NEW_KEY.formatted("role, expires_at", "'viewer', " + SOON));
        doors.put("api_key.kind INSERT", NEW_KEY.formatted("kind, role, expires_at", "'secret', 'owner', " + SOON));
        doors.put(
                "api_key.scopes INSERT",
                NEW_KEY.formatted(kinds, "'restricted', 'owner', '{api_keys:write,customers:read}', " + SOON));
        doors.put(
                "api_key.agent_id INSERT",
                NEW_KEY.formatted(
                        "role, agent_id, expires_at", "'agent', (select id from app.agent limit 1), " + SOON));
        doors.put(
                "api_key.expires_at INSERT",
                NEW_KEY.formatted(kinds, "'restricted', 'owner', '{api_keys:write}', null"));
        doors.put(
                "api_key.expires_at UPDATE",
                "update app.api_key set expires_at = now() + interval '1 year' where expires_at < now() + interval '1"
                        + " day'");
        doors.put("invitation.role INSERT", INVITE);
        doors.put("membership.role UPDATE", "update app.membership set role = 'owner' where role = 'member'");
        doors.put(
                "membership.permissions UPDATE",
                "update app.membership set permissions = null where permissions = '{customers:read}'");
        doors.put("membership.status UPDATE", "update app.membership set status = 'active' where status = 'suspended'");

        String signed = "-- what it is and who signs it";
        harmless(doors, "api_key", "INSERT", signed, "organization_id livemode id name prefix key_hash created_by");
        harmless(doors, "api_key", "UPDATE", "-- a name", "name");
        harmless(doors, "api_key", "UPDATE", "-- ends a key, for good", "revoked_at");
        harmless(doors, "invitation", "INSERT", signed, "organization_id id email token_hash invited_by expires_at");
        harmless(doors, "invitation", "UPDATE", "-- ends an invitation, for good", "status");
        harmless(doors, "membership", "UPDATE", "-- what the tenant calls a person", "display_name email");
        harmless(
                doors,
                "organization",
                "UPDATE",
                "-- what it is called; a suspension that ends gives back no more than there was",
                "name legal_name country default_currency status settings");
        String agent = "-- an agent acts by its keys, which are handed out as keys";
        String model = "name agent_wallet_id capabilities model_provider model_name temperature max_output_tokens"
                + " system_prompt tools supported_chains supported_providers";
        harmless(doors, "agent", "INSERT", agent, "organization_id livemode id created_by " + model);
        harmless(doors, "agent", "UPDATE", agent, "status " + model);
        return doors;
    }

    private static void harmless(
            Map<String, String> doors, String table, String privilege, String why, String columns) {
        for (String column : columns.split(" ")) {
            doors.put(table + "." + column + " " + privilege, why);
        }
    }

    @Test
    void every_column_that_decides_who_may_act_is_classified() throws SQLException {
        String granted = """
            select table_name || '.' || column_name || ' ' || privilege_type
              from information_schema.column_privileges
             where grantee = 'hedgerow_app' and table_schema = 'app' and privilege_type in ('INSERT', 'UPDATE')
               and (quote_ident(table_schema) || '.' || quote_ident(table_name))::regclass in (
                       select tgrelid from pg_trigger where tgname = 'principal')
            """;
        assertThat(new TreeSet<>(FirstColumn.of(demo.admin, granted))).isEqualTo(new TreeSet<>(doors().keySet()));
    }

    @Test
    void a_restricted_key_of_an_owner_hands_out_nothing_beyond_its_scopes() throws SQLException {
        try (Session session = demo.as("owner")) {
            String restricted = key(
                    session,
                    "owner",
                    "restricted",
                    "{api_keys:write,invitations:write,memberships:write}",
                    "now() + interval '2 hours'");
            String other = key(session, "owner");
            session.keep("update app.membership set permissions = '{customers:read}' where role = 'viewer'");
            var through = new TreeSet<String>();
            for (var door : attempts().entrySet()) {
                bind(session, "key:" + other);
                assertThat(session.run(door.getValue()).rows())
                        .as("by a key that may: " + door.getKey())
                        .isPositive();
                bind(session, "key:" + restricted);
                if (!session.run(door.getValue()).denied()) {
                    through.add(door.getKey());
                }
            }
            assertThat(through).isEmpty();
            assertThat(session.run(NEW_KEY.formatted(
                                    "kind, role, scopes, expires_at",
                                    "'restricted', 'owner', '{invitations:write}', " + SOON))
                            .rows())
                    .as("within its scopes")
                    .isEqualTo(1);
            assertThat(session.run("update app.membership set role = 'viewer' where role = 'member'")
                            .rows())
                    .as("taking away is no giving")
                    .isPositive();
        }
    }

    @Test
    void an_admin_hands_out_no_owner_by_any_door() throws SQLException {
        try (Session session = demo.as("admin")) {
            for (var door : attempts().entrySet()) {
                String owner = door.getValue().replaceAll("'(viewer|admin|agent)'", "'owner'");
                if (owner.contains("'owner'")) {
                    assertThat(session.run(owner).denied()).as(door.getKey()).isTrue();
                }
            }
        }
    }

    @Test
    void a_key_does_not_lengthen_its_own_life() throws SQLException {
        try (Session session = demo.as("owner")) {
            String key = key(session, "owner", "secret", "{}", "now() + interval '2 hours'");
            bind(session, "key:" + key);
            String prolong = "update app.api_key set expires_at = %s where id = '" + key + "'";
            assertThat(session.run(prolong.formatted("null")).denied()).isTrue();
            assertThat(session.run(prolong.formatted("now() + interval '1 hour'"))
                            .rows())
                    .isEqualTo(1);
            bind(session, actor("owner"));
            assertThat(session.run(prolong.formatted("null")).rows()).isEqualTo(1);
        }
    }

    /// The transaction began while the giver was still a member, and does not see later changes.
    @ParameterizedTest
    @ValueSource(strings = {"read committed", "repeatable read"})
    void a_member_who_is_removed_meanwhile_grants_nothing(String isolation) throws SQLException {
        String adminOfInitech = demo.rows.actor(demo.rows.tenant("initech"), "admin");
        try (Connection giving = DATABASE.app();
                Connection removing = DATABASE.app();
                var statement = giving.createStatement()) {
            statement.execute("set default_transaction_isolation = '" + isolation + "'");
            try (Session late = Session.bound(giving, demo.rows.tenant("initech"), adminOfInitech, false)) {
                late.keep("select count(*) from app.membership");
                try (Session session = Session.bound(
                        removing,
                        demo.rows.tenant("initech"),
                        demo.rows.actor(demo.rows.tenant("initech"), "owner"),
                        false)) {
                    session.keep("update app.membership set status = 'suspended' where role = 'admin'");
                    session.keep("commit");
                }
                assertThat(late.run(INVITE).sqlState()).isIn("42501", "40001");
                assertThat(late.run(NEW_KEY.formatted("role", "'viewer'")).sqlState())
                        .isIn("42501", "40001");
            }
            try (Session session = Session.bound(
                    removing,
                    demo.rows.tenant("initech"),
                    demo.rows.actor(demo.rows.tenant("initech"), "owner"),
                    false)) {
                session.keep("update app.membership set status = 'active' where role = 'admin'; commit");
            }
        }
    }

    private static Map<String, String> attempts() {
        var attempts = doors();
        attempts.values().removeIf(attempt -> attempt.startsWith("--"));
        return attempts;
    }

    // --- ending --------------------------------------------------------------------------------------------------

    /// The grants of an admin: keys, keys made by those keys, of both modes and of an agent, and
    /// invitations.
    private record HandedOut(String admin, String viewer, String agent, String byKey, String live) {

        List<String> keys() {
            return List.of(admin, viewer, agent, byKey, live);
        }
    }

    private HandedOut handedOut(Session session) throws SQLException {
        bind(session, actor("admin"));
        String admin = key(session, "admin");
        String viewer = key(session, "viewer");
        String agent = UUID.randomUUID().toString();
        session.keep(NEW_KEY.formatted(
                "id, role, agent_id", "'" + agent + "', 'agent', (select id from app.agent limit 1)"));
        session.keep(INVITE);
        session.bind(demo.acme, actor("admin"), true);
        String live = key(session, "admin");
        bind(session, "key:" + admin);
        String byKey = key(session, "viewer");
        session.keep(INVITE.replace("x@y.z", "by-key@y.z").replace("sha256('y')", "sha256('z')"));
        bind(session, actor("owner"));
        return new HandedOut(admin, viewer, agent, byKey, live);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from app.membership where role = 'admin'",
                "update app.membership set status = 'suspended' where role = 'admin'"
            })
    void grants_of_a_member_end_when_they_leave(String going) throws SQLException {
        try (Session session = demo.as("owner")) {
            HandedOut given = handedOut(session);
            assertThat(session.run(going).rows()).isEqualTo(1);
            session.keep(going);
            assertThat(alive(session, given)).isEmpty();
            assertThat(pending(session)).isZero();
            session.keep("update app.membership set status = 'active', role = 'owner' where role = 'admin'");
            assertThat(alive(session, given)).as("what has ended stays so").isEmpty();
            assertThat(pending(session)).isZero();
        }
    }

    /// Keys made by an ended key end as well.
    @ParameterizedTest
    @CsvSource({"member,viewer", "viewer,viewer", "owner,admin|viewer|agent|byKey|live"})
    void grants_beyond_the_new_role_of_a_member_end(String role, String left) throws SQLException {
        try (Session session = demo.as("owner")) {
            HandedOut given = handedOut(session);
            session.keep("update app.membership set role = '" + role + "' where role = 'admin'");
            var names = Map.of(
                    "admin",
                    given.admin,
                    "viewer",
                    given.viewer,
                    "agent",
                    given.agent,
                    "byKey",
                    given.byKey,
                    "live",
                    given.live);
            assertThat(alive(session, given))
                    .containsExactlyInAnyOrderElementsOf(
                            List.of(left.split("[|]")).stream().map(names::get).toList());
            assertThat(pending(session)).isEqualTo(role.equals("owner") ? 2 : 0);
        }
    }

    @Test
    void grants_of_a_key_end_when_it_is_revoked() throws SQLException {
        try (Session session = demo.as("owner")) {
            HandedOut given = handedOut(session);
            session.keep("update app.api_key set revoked_at = now() where id = '" + given.admin + "'");
            assertThat(alive(session, given)).containsExactlyInAnyOrder(given.viewer, given.agent, given.live);
            assertThat(pending(session)).isEqualTo(1);
        }
    }

    @Test
    void the_audit_log_names_who_ended_it() throws SQLException {
        try (Session session = demo.as("owner")) {
            HandedOut given = handedOut(session);
            session.keep("delete from app.membership where role = 'admin'");
            assertThat(session.run("select count(distinct row_id) from app.audit_log where table_name = 'api_key' and"
                                    + " action = 'update' and actor = app.actor() and row_id in ('"
                                    + String.join("', '", given.admin, given.viewer, given.agent, given.byKey) + "')")
                            .rows())
                    .isEqualTo(4);
        }
    }

    @Test
    void the_session_stays_bound_as_it_was_when_a_member_goes() throws SQLException {
        try (Session session = demo.as("owner")) {
            session.keep("delete from app.membership where role = 'admin'");
            assertThat(session.run("select 1 where app.role() = 'owner' and not app.livemode() and app.actor() = '"
                                    + actor("owner") + "'")
                            .rows())
                    .isEqualTo(1);
        }
    }

    private List<String> alive(Session session, HandedOut given) throws SQLException {
        var alive = new TreeSet<String>();
        for (boolean live : new boolean[] {true, false}) {
            session.bind(demo.acme, actor("owner"), live);
            for (String key : given.keys()) {
                if (session.run("select count(*) from app.api_key where revoked_at is null and id = '" + key + "'")
                                .rows()
                        > 0) {
                    alive.add(key);
                }
            }
        }
        return List.copyOf(alive);
    }

    private static long pending(Session session) throws SQLException {
        return session.run("select count(*) from app.invitation where status = 'pending' and email like '%y.z'")
                .rows();
    }

    /// The membership has changed without its trigger, so that the invitation has not ended.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "delete from app.membership where role = 'admin'",
                "update app.membership set status = 'suspended' where role = 'admin'",
                "update app.membership set role = 'member' where role = 'admin'"
            })
    void an_invitation_is_valid_only_while_its_sender_could_send_it(String going) throws SQLException {
        try (Session session = Session.unbound(demo.admin)) {
            bind(session, actor("admin"));
            session.keep(INVITE);
            session.keep("alter table app.membership disable trigger ending");
            String accept = "select count(app.accept_invitation((select id from app.app_user u where display_name like"
                    + " '%Initech' and status = 'active' limit 1), sha256('y')))";
            session.keep(SIGN_IN);
            assertThat(session.run(accept).sqlState()).isEqualTo("00000");
            bind(session, actor("owner"));
            session.keep(going + " and organization_id = app.organization_id()");
            session.keep(SIGN_IN);
            assertThat(session.run(accept).sqlState()).isEqualTo("28000");
        }
    }

    // --- events --------------------------------------------------------------------------------------------------

    /// An event contains its subject.
    @Test
    void nobody_reads_an_event_about_a_row_that_they_may_not_read() throws SQLException {
        var matrix = AccessMatrix.read();
        try (Connection admin = DATABASE.admin();
                Session session = Session.unbound(admin)) {
            bind(session, "system:test");
            for (String table : matrix.tables().keySet()) {
                session.keep("insert into app.outbox_event (organization_id, livemode, type, subject_type, subject_id,"
                        + " payload) values (app.organization_id(), app.livemode(), 'x.created', '" + table
                        + "', gen_random_uuid(), '{}')");
            }
            session.keep("set session authorization hedgerow_app");
            for (String role : List.of("owner", "admin", "member", "viewer", "agent")) {
                bind(session, actor(role));
                for (String table : matrix.tables().keySet()) {
                    boolean reads = !role.equals("agent")
                            && matrix.of(table, role, AccessMatrix.Command.SELECT) != AccessMatrix.Access.NO;
                    assertThat(session.run("select count(*) from app.outbox_event where type = 'x.created' and"
                                            + " subject_type = '" + table + "'")
                                    .rows())
                            .as(role + " of " + table)
                            .isEqualTo(reads ? 1 : 0);
                }
            }
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private void bind(Session session, String actor) throws SQLException {
        session.bind(demo.acme, actor, false);
    }

    private String actor(String role) throws SQLException {
        return demo.rows.actor(demo.acme, role);
    }

    private static String order(Session session) throws SQLException {
        String id = UUID.randomUUID().toString();
        session.keep("insert into app.payment_order (organization_id, livemode, id, currency, amount_minor, created_by)"
                + " values (app.organization_id(), app.livemode(), '" + id + "', 'EUR', 9000, app.actor())");
        return id;
    }

    private static String key(Session session, String role) throws SQLException {
        return key(session, role, "secret", "{}", "null");
    }

    private static String key(Session session, String role, String kind, String scopes, String expires)
            throws SQLException {
        String id = UUID.randomUUID().toString();
        session.keep("insert into app.api_key (organization_id, livemode, id, name, role, kind, scopes, expires_at,"
                + " prefix, key_hash, created_by) values (app.organization_id(), app.livemode(), '" + id + "', 'x', '"
                + role + "', '" + kind + "', '" + scopes + "', " + expires
                + ", case when app.livemode() then 'hk_live_abcd' else 'hk_test_abcd' end,"
                + " sha256(uuid_send(gen_random_uuid())), app.actor())");
        return id;
    }

    private static void nothing(Outcome outcome) {
        assertThat(outcome.rows()).as(outcome.toString()).isZero();
        assertThat(outcome.sqlState()).as(outcome.toString()).isIn("00000", "42501");
    }
}
