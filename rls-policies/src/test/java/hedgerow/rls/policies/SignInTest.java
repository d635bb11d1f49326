package hedgerow.rls.policies;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.sql.HedgerowDatabase;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
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

/// The few functions that answer before a tenant is known.
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
    void of_a_hundred_that_consume_a_nonce_one_succeeds() throws Exception {
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
    void where_a_person_belongs_is_listed_and_no_tenant_stays_open() throws SQLException {
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
