package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.NamedTenant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The few functions that work before a tenant is known.
@Tag("isolation")
class SignInTest {

    private static final String SIGN_IN = "select app.bind(null, 'system:sign-in', false);";
    private static final String SESSION = "sha256('session')";
    private static final String GUEST = "select user_id from app.find_session(sha256('guest'))";
    private static final String LINKER = "(select coalesce(app.find_user_by_wallet('0x' || repeat('9', 40), 1),"
            + " (select user_id from app.find_user_by_identity('email', '', 'l@l.l'))))";

    @Order(1)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @Order(2)
    @RegisterExtension
    final Demo demo = new Demo(DATABASE);

    @Test
    void an_api_key_leads_to_its_tenant_by_its_hash() throws SQLException {
        try (Session session = Session.unbound(demo.app)) {
            String find = "select count(*) from app.find_api_key(sha256('%s')) where organization_id = '"
                    + demo.acme.id() + "'";
            assertThat(session.run(find.formatted(key("hk_test_acmeOwnerDemoKey")))
                            .rows())
                    .isEqualTo(1);
            assertThat(session.run(find.formatted(key("hk_test_globexOwnerDemoKey")))
                            .rows())
                    .isZero();
            assertThat(session.run(find.formatted(key("hk_test_acmeOwnerDemoKeX")))
                            .rows())
                    .isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select app.create_session(sha256('x'), (select app.user_id()), 'wallet', interval '1 hour')",
                "select app.find_user_by_identity('email', '', 'owner@globex.example')",
                "select app.find_user_by_wallet('0x0000000000000000000000000000000000000000', 1)",
                "select app.register_wallet_user('M', '0x0000000000000000000000000000000000000001', 1, 'eoa')",
                "select app.register_identity_user('M', 'email', '', 'm@m.m', 'm@m.m')",
                "select app.link_wallet((select app.user_id()), '0x0000000000000000000000000000000000000001', 0,"
                        + " 'eoa')",
                "select app.link_identity((select app.user_id()), 'email', '', 'm@m.m', 'm@m.m')",
                "select app.unlink_wallet((select app.user_id()), '0x0000000000000000000000000000000000000001', 0)",
                "select app.unlink_identity((select app.user_id()), 'email', '', 'owner@acme.example')",
                "select app.organizations_of((select app.user_id()))",
                "select app.create_organization((select app.user_id()), 'm', 'M', 'DE', 'EUR')",
                "select app.accept_invitation((select app.user_id()), sha256('demo invitation globex1'))",
                "select app.create_nonce(sha256('n'), 'sign_in', 'example.com')",
                "select app.consume_nonce(sha256('n'))"
            })
    void a_request_of_a_tenant_signs_nobody_in(String sql) throws SQLException {
        try (Session session = Session.unbound(demo.app)) {
            session.keep(SIGN_IN + "select app.create_nonce(sha256('n'), 'sign_in', 'example.com');"
                    + "select app.register_wallet_user('W', '0x0000000000000000000000000000000000000000', 1, 'eoa')");
            session.bind(demo.acme, demo.rows.actor(demo.acme, "owner"), false);
            assertThat(session.run(sql).denied()).as(sql).isTrue();
        }
    }

    @Test
    void sign_in_opens_no_tenant() throws SQLException {
        try (Session session = Session.unbound(demo.app)) {
            session.keep(SIGN_IN);
            assertThat(session.run("select count(*) from app.customer").rows()).isZero();
            assertThat(session.run("select count(*) from app.app_user").rows()).isZero();
        }
    }

    @Test
    void one_of_a_hundred_concurrent_uses_of_a_nonce_succeeds() throws Exception {
        try (Session session = Session.unbound(demo.app);
                var statement = demo.app.createStatement()) {
            session.keep(SIGN_IN + "select app.create_nonce(sha256('race'), 'sign_in', 'example.com')");
            statement.execute("commit");
        }
        try (var threads = Executors.newFixedThreadPool(10)) {
            List<Callable<Long>> jobs = IntStream.range(0, 10)
                    .<Callable<Long>>mapToObj(n -> this::consumeTenTimes)
                    .toList();
            long winners = 0;
            for (var job : threads.invokeAll(jobs)) {
                winners += job.get();
            }
            assertThat(winners).isEqualTo(1);
        }
    }

    @Test
    void a_person_signs_up_founds_a_tenant_and_lets_another_in() throws SQLException {
        try (Session session = Session.unbound(demo.app)) {
            session.keep(SIGN_IN + signUp("Founder", "a", SESSION) + signUp("Guest", "b", "sha256('guest')"));
            String accept = "select app.accept_invitation((" + GUEST + "), sha256('%s'))";
            session.keep("select app.create_organization((select user_id from app.find_session(" + SESSION
                    + ")), 'umbrella', 'Umbrella', 'DE', 'EUR')");
            assertThat(session.run("select count(*) from app.organization where slug = 'umbrella'")
                            .rows())
                    .isEqualTo(1);
            assertThat(session.run("select count(*) from app.customer").rows()).isZero();
            session.keep("insert into app.invitation (organization_id, email, role, token_hash, invited_by, expires_at)"
                    + " values (app.organization_id(), 'guest@example.com', 'viewer', sha256('token'), app.actor(),"
                    + " now() + interval '1 day')");
            session.keep(SIGN_IN);
            assertThat(session.run(accept.formatted("wrong")).sqlState()).isEqualTo("28000");
            session.keep(accept.formatted("token"));
            assertThat(session.run("select 1 where app.role() = 'viewer'").rows())
                    .isEqualTo(1);
            assertThat(session.run("select count(*) from app.membership").rows())
                    .isEqualTo(2);
            session.keep(SIGN_IN);
            assertThat(session.run("select count(*) from app.organizations_of((" + GUEST + ")) where slug = 'umbrella'"
                                    + " and role = 'viewer'")
                            .rows())
                    .isEqualTo(1);
            assertThat(session.run(accept.formatted("token")).sqlState())
                    .as("a token is good once")
                    .isEqualTo("28000");
        }
    }

    @Test
    void the_tenants_of_a_person_are_listed_and_none_stays_bound() throws SQLException {
        try (Session session = Session.unbound(demo.app)) {
            session.keep(SIGN_IN);
            String robin = "select %s from app.organizations_of(substr('" + demo.rows.actor(demo.acme, "owner")
                    + "', 6)::uuid)";
            assertThat(session.run(robin.formatted("count(*)")).rows()).isEqualTo(1);
            assertThat(session.run("select count(*) from app.organization").rows())
                    .isZero();
            assertThat(session.run("select 1 where app.actor() = 'system:sign-in'")
                            .rows())
                    .isEqualTo(1);
        }
    }

    @Test
    void the_same_address_on_another_chain_is_somebody_else() throws SQLException {
        try (Session session = Session.unbound(demo.app)) {
            session.keep(SIGN_IN + "select app.register_wallet_user('Key', '0x" + "e".repeat(40) + "', 0, 'eoa');"
                    + "select app.register_wallet_user('Contract', '0x" + "f".repeat(40) + "', 1, 'contract')");
            String found = "select count(app.find_user_by_wallet('0x%s', %d))";
            assertThat(session.run(found.formatted("e".repeat(40), 0)).rows()).isEqualTo(1);
            assertThat(session.run(found.formatted("e".repeat(40), 1)).rows()).isZero();
            assertThat(session.run(found.formatted("f".repeat(40), 1)).rows()).isEqualTo(1);
            assertThat(session.run(found.formatted("f".repeat(40), 137)).rows()).isZero();
        }
    }

    @Test
    void a_person_links_and_unlinks_ways_in_but_keeps_one() throws SQLException {
        try (Session session = Session.unbound(demo.app)) {
            session.keep(SIGN_IN + signUp("Linker", "9", SESSION) + signUp("Other", "8", "sha256('guest')"));
            String wallet = "'0x" + "9".repeat(40) + "', 1";
            String unlinkWallet = "select app.unlink_wallet(" + LINKER + ", " + wallet + ")::int";
            String unlinkMail = "select app.unlink_identity(" + LINKER + ", 'email', '', 'l@l.l')::int";

            assertThat(session.run(unlinkWallet).sqlState())
                    .as("the last way in stays")
                    .isEqualTo("23514");
            assertThat(session.run("select app.link_wallet(" + LINKER + ", '0x" + "8".repeat(40) + "', 1, 'eoa')")
                            .sqlState())
                    .as("the wallet of somebody else")
                    .isEqualTo("23505");
            assertThat(session.run(unlinkMail).rows()).as("nothing to unlink").isZero();
            assertThat(session.run("select app.unlink_wallet(" + LINKER + ", '0x" + "8".repeat(40) + "', 1)::int")
                            .rows())
                    .as("the wallet of somebody else")
                    .isZero();

            session.keep("select app.link_identity(" + LINKER + ", 'email', '', 'l@l.l', 'l@l.l')");
            assertThat(session.run(unlinkMail).rows()).isEqualTo(1);
            session.keep(unlinkWallet);
            assertThat(session.run("select count(*) from app.find_session(" + SESSION + ")")
                            .rows())
                    .as("signed out")
                    .isZero();
            assertThat(session.run("select count(*) from app.find_session(sha256('guest'))")
                            .rows())
                    .as("others are not")
                    .isEqualTo(1);
        }
    }

    @Test
    void a_session_that_ended_is_nobody() throws SQLException {
        try (Session session = Session.unbound(demo.app)) {
            session.keep(SIGN_IN + signUp("Leaver", "c", SESSION));
            String find = "select count(*) from app.find_session(" + SESSION + ")";
            assertThat(session.run(find).rows()).isEqualTo(1);
            session.keep("select app.revoke_session(" + SESSION + ")");
            assertThat(session.run(find).rows()).isZero();
        }
    }

    @Test
    void that_a_key_is_in_use_is_noted_once_a_minute_without_a_trace_elsewhere() throws SQLException {
        String use = "select count(*) from app.use_api_key(sha256('" + key("hk_test_acmeOwnerDemoKey") + "'))";
        String row = " from app.api_key where key_hash = sha256('" + key("hk_test_acmeOwnerDemoKey") + "')";
        String before = now("select version || ' ' || updated_at" + row);
        String logged = now("select count(*)::text from app.audit_log where table_name = 'api_key'");
        try (Connection login = DATABASE.app();
                var statement = login.createStatement()) {
            statement.execute(use);
            String used = now("select last_used_at::text" + row);
            assertThat(used).isNotNull();
            statement.execute(use);
            assertThat(now("select last_used_at::text" + row)).isEqualTo(used);
            inTenant(
                    demo.acme,
                    "update app.api_key set last_used_at = now() - interval '61 seconds' where key_hash = sha256('"
                            + key("hk_test_acmeOwnerDemoKey") + "')");
            statement.execute(use);
            assertThat(now("select (last_used_at > now() - interval '1 minute')::text" + row))
                    .isEqualTo("true");
        }
        assertThat(now("select version || ' ' || updated_at" + row)).isEqualTo(before);
        assertThat(now("select count(*)::text from app.audit_log where table_name = 'api_key'"))
                .isEqualTo(logged);
    }

    @Test
    void a_look_up_leaves_a_transaction_bound_as_it_was() throws SQLException {
        String bound = "select count(*) from app.customer where organization_id = '" + demo.globex.id() + "'";
        try (Session session = Session.bound(demo.app, demo.globex, demo.rows.actor(demo.globex, "owner"), false)) {
            long customers = session.run(bound).rows();
            session.keep("select * from app.use_api_key(sha256('" + key("hk_test_acmeAdminDemoKey") + "'))");
            assertThat(session.run(bound).rows()).isEqualTo(customers).isPositive();
            assertThat(session.run("select 1 where app.organization_id() = '" + demo.globex.id()
                                    + "' and app.role() = 'owner'")
                            .rows())
                    .isEqualTo(1);
        }
    }

    /// The revocation holds the row, and the look-up does not wait.
    @Test
    void a_look_up_during_a_revocation_neither_waits_nor_undoes_it() throws SQLException {
        String hash = "sha256('" + key("hk_test_initechViewerDemoKey") + "')";
        String use = "select count(*) from app.use_api_key(" + hash + ")";
        String initech = now("select id::text from app.organization where slug = 'initech'");
        try (Connection revoker = DATABASE.admin();
                Connection login = DATABASE.app();
                var revoke = revoker.createStatement();
                var look = login.createStatement()) {
            revoker.setAutoCommit(false);
            revoke.execute("select app.bind('" + initech + "', 'system:test', false)");
            revoke.execute("update app.api_key set revoked_at = now() where key_hash = " + hash);
            look.execute("set lock_timeout = '1ms'");
            assertThat(number(look, use)).as("not revoked yet").isEqualTo(1);
            revoker.commit();
            assertThat(number(look, use)).isZero();
        }
        assertThat(now("select (revoked_at is not null and last_used_at is null)::text from app.api_key"
                        + " where key_hash = " + hash))
                .isEqualTo("true");
    }

    @Test
    void that_a_person_is_there_is_noted_once_a_minute_and_not_after_the_end() throws SQLException {
        String seen = "select (last_seen_at > now() - interval '1 minute')::text from app.auth_session"
                + " where token_hash = sha256('seen')";
        String age = "update app.auth_session set last_seen_at = now() - interval '61 seconds' where token_hash ="
                + " sha256('seen')";
        try (Connection login = DATABASE.app();
                var look = login.createStatement();
                Connection admin = DATABASE.admin();
                var boss = admin.createStatement()) {
            boss.execute("insert into app.auth_session (token_hash, user_id, method, expires_at)"
                    + " select sha256('seen'), id, 'wallet', now() + interval '1 hour' from app.app_user limit 1");
            boss.execute(age);
            String find = "select count(*) from app.find_session(sha256('seen'))";
            assertThat(number(look, find)).isEqualTo(1);
            assertThat(now(seen)).isEqualTo("true");
            boss.execute(age);
            admin.setAutoCommit(false);
            boss.execute("update app.auth_session set revoked_at = now() where token_hash = sha256('seen')");
            look.execute("set lock_timeout = '1ms'");
            assertThat(number(look, find)).as("not signed out yet").isEqualTo(1);
            admin.commit();
            assertThat(number(look, find)).isZero();
            assertThat(now(seen)).isEqualTo("false");
        }
    }

    @Test
    void a_key_of_an_agent_leads_to_the_agent_and_ends_with_it() throws SQLException {
        String hash = "sha256('" + key("hk_test_globexAgentDemoKey") + "')";
        String row = " from app.api_key where key_hash = " + hash;
        String agent = now("select agent_id::text" + row);
        try (Session session = Session.unbound(demo.app)) {
            String find = "select count(*) from app.find_api_key(" + hash + ") where role = 'agent' and agent_id = '"
                    + agent + "'";
            assertThat(session.run(find).rows()).isEqualTo(1);
            assertThat(session.run("select app.bind('" + demo.globex.id() + "', 'key:" + now("select id::text" + row)
                                    + "', false)")
                            .sqlState())
                    .as("nobody acts as the key of an agent")
                    .isEqualTo("28000");
            inTenant(demo.globex, "update app.agent set status = 'paused' where id = '" + agent + "'");
            assertThat(session.run(find).rows()).isZero();
            inTenant(demo.globex, "update app.agent set status = 'active' where id = '" + agent + "'");
            assertThat(session.run(find).rows()).isEqualTo(1);
            inTenant(demo.globex, "update app.agent set status = 'retired' where id = '" + agent + "'");
            assertThat(session.run(find).rows()).isZero();
        }
        assertThat(now("select (revoked_at is not null)::text" + row)).isEqualTo("true");
    }

    private static void inTenant(NamedTenant tenant, String sql) throws SQLException {
        try (Connection admin = DATABASE.admin();
                var statement = admin.createStatement()) {
            statement.execute(
                    "begin; select app.bind('" + tenant.id() + "', 'system:test', false); " + sql + "; commit");
        }
    }

    /// The present value: [Demo#one] remembers what it has read.
    private static String now(String sql) throws SQLException {
        try (Connection admin = DATABASE.admin();
                var statement = admin.createStatement();
                var result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (var result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    /// The demo key, closed by its checksum.
    private static String key(String beginning) {
        try {
            String body = beginning + "0".repeat(44 - beginning.length());
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.US_ASCII));
            return body + HexFormat.of().formatHex(digest).substring(0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String signUp(String name, String digit, String tokenHash) {
        String person = "app.register_wallet_user('%s', '0x%s', 1, 'eoa')".formatted(name, digit.repeat(40));
        return "select app.create_session(%s, %s, 'wallet', interval '1 hour');".formatted(tokenHash, person);
    }

    private long consumeTenTimes() throws SQLException {
        long won = 0;
        try (Connection own = DATABASE.app();
                var statement = own.createStatement()) {
            for (int i = 0; i < 10; i++) {
                statement.execute(
                        "begin;" + SIGN_IN + "select count(*) from app.consume_nonce(sha256('race')); commit");
                statement.getMoreResults();
                statement.getMoreResults();
                try (var result = statement.getResultSet()) {
                    result.next();
                    won += result.getLong(1);
                }
            }
        }
        return won;
    }
}
