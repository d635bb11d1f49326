package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.auth.World.Answer;
import hedgerow.server.http.ProblemCode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Valid requests succeed, so that the attacks of [AttackTest] fail for their own reasons; and sequences of
/// several requests.
@Tag("isolation")
@ResourceLock(Resources.SYSTEM_ERR)
class AuthTest {

    @RegisterExtension
    static final World WORLD = new World().logged();

    private static final String CUSTOMERS = "/v1/customers";

    @BeforeAll
    static void people() {
        WORLD.identity(World.ISSUER, "owner", "Owner of Acme");
        WORLD.identity(World.OTHER_ISSUER, "rsa-owner", "Owner of Acme");
    }

    // --- who asks ------------------------------------------------------------------------------------------------

    @Test
    void each_kind_of_credential_authenticates_its_caller() {
        var acme = WORLD.organization("acme").toString();
        var rsa = new Jwt(WORLD.rsa).claim("iss", World.OTHER_ISSUER).claim("sub", "rsa-owner");
        var people = List.of(WORLD.session("Owner of Acme"), WORLD.jwt("owner").sign(), rsa.sign());
        for (var person : people) {
            assertThat(ok(WORLD.bearer("/v1/me", person)).body().path("id").asString())
                    .isEqualTo(WORLD.user("Owner of Acme").toString());
            ok(WORLD.bearer(CUSTOMERS, person));
            ok(WORLD.bearer(CUSTOMERS, person, Place.ORGANIZATION, acme, Place.LIVEMODE, "true"));
        }
        ok(WORLD.bearer(CUSTOMERS, KeyAttacks.DEMO));
        ok(WORLD.bearer(CUSTOMERS, KeyAttacks.DEMO, Place.ORGANIZATION, acme, Place.LIVEMODE, "false"));
        ok(WORLD.get(CUSTOMERS, "Authorization", "bearer " + KeyAttacks.DEMO));
        ok(WORLD.bearer(CUSTOMERS, WORLD.key("acme", true, "owner").secret()));
    }

    @Test
    void a_jwt_for_several_audiences_is_for_us_too() {
        ok(WORLD.bearer(
                "/v1/me",
                WORLD.jwt("owner")
                        .claim("aud", List.of("elsewhere", "hedgerow"))
                        .sign()));
        ok(WORLD.bearer("/v1/me", WORLD.jwt("owner").header("typ", "at+jwt").sign()));
    }

    @Test
    void a_key_reads_the_mode_and_organization_that_are_its_own() {
        var acme = names(WORLD.bearer(CUSTOMERS + "?limit=100", KeyAttacks.DEMO));
        var live = WORLD.bearer(CUSTOMERS, WORLD.key("acme", true, "viewer").secret());
        assertThat(ok(live).body().path("data").valueStream())
                .isNotEmpty()
                .allMatch(row -> row.path("livemode").asBoolean());
        assertThat(names(WORLD.bearer(CUSTOMERS + "?limit=100", WORLD.session("Owner of Globex"))))
                .doesNotContainAnyElementsOf(acme);
    }

    @Test
    void a_person_of_two_organizations_picks_one() {
        var robin = WORLD.session("Robin");
        var organizations =
                ok(WORLD.bearer("/v1/me/organizations", robin)).body().path("data");
        assertThat(organizations
                        .valueStream()
                        .map(row -> row.path("slug").asString() + " "
                                + row.path("role").asString()))
                .containsExactlyInAnyOrder("acme member", "globex admin");
        var acme = names(WORLD.bearer(
                CUSTOMERS, robin, Place.ORGANIZATION, WORLD.organization("acme").toString()));
        var globex = names(WORLD.bearer(
                CUSTOMERS,
                robin,
                Place.ORGANIZATION,
                WORLD.organization("globex").toString()));
        assertThat(acme).isNotEmpty().doesNotContainAnyElementsOf(globex);
    }

    @Test
    void a_restricted_key_is_limited_to_its_scopes() {
        var key = WORLD.key("acme", false, "owner", ", kind, scopes", ", 'restricted', array['customers:read']");
        ok(WORLD.bearer(CUSTOMERS, key.secret()));
    }

    /// The key has been used, and is recognized without a query of the database.
    @Test
    void a_revoked_key_is_refused_from_the_next_request_on() {
        var key = WORLD.key("acme", false, "owner");
        ok(WORLD.bearer(CUSTOMERS, key.secret()));
        WORLD.inTenant(
                "acme", "update app.api_key set revoked_at = now() where key_hash = '\\x" + World.hex(key) + "'");
        var revoked = WORLD.bearer(CUSTOMERS, key.secret());
        var unknown =
                WORLD.bearer(CUSTOMERS, Token.generate(Token.Kind.TEST_KEY).secret());
        assertThat(revoked.status()).isEqualTo(401);
        assertThat(withoutId(revoked)).isEqualTo(withoutId(unknown));
        assertThat(revoked.header("WWW-Authenticate"))
                .isEqualTo(unknown.header("WWW-Authenticate"))
                .isEqualTo("Bearer");
        assertThat(withoutId(WORLD.bearer(CUSTOMERS, key.secret()))).isEqualTo(withoutId(unknown));
    }

    @Test
    void an_agent_acts_with_its_key_as_itself_as_long_as_both_count() {
        var agent =
                WORLD.one("select id from app.agent where name = 'Agent 1' and not livemode and organization_id = '%s'"
                        .formatted(WORLD.organization("acme")));
        var key = WORLD.key("acme", false, "agent", ", agent_id", ", '" + agent + "'");
        var itself = ok(WORLD.bearer("/v1/agents", key.secret())).body().path("data");
        assertThat(itself.findValuesAsString("id")).containsExactly(agent);
        var orders =
                ok(WORLD.bearer("/v1/payment-orders?limit=100", key.secret())).body();
        assertThat(orders.findValuesAsString("executing_agent_id")).isNotEmpty().containsOnly(agent);
        WORLD.inTenant("acme", "update app.agent set status = 'paused' where id = '" + agent + "'");
        assertThat(WORLD.bearer("/v1/agents", key.secret()).code()).isEqualTo(ProblemCode.UNAUTHENTICATED.slug());
        WORLD.inTenant("acme", "update app.agent set status = 'active' where id = '" + agent + "'");
        ok(WORLD.bearer("/v1/agents", key.secret()));
        WORLD.inTenant(
                "acme", "update app.api_key set revoked_at = now() where key_hash = '\\x" + World.hex(key) + "'");
        assertThat(WORLD.bearer("/v1/agents", key.secret()).code()).isEqualTo(ProblemCode.UNAUTHENTICATED.slug());
    }

    @Test
    void that_keys_and_sessions_are_in_use_is_noted() {
        var key = WORLD.key("acme", false, "owner");
        ok(WORLD.bearer(CUSTOMERS, key.secret()));
        assertThat(WORLD.one(
                        "select (last_used_at > now() - interval '1 minute')::text from app.api_key where key_hash ="
                                + " '\\x" + World.hex(key) + "'"))
                .isEqualTo("true");
        var session = WORLD.session("Owner of Acme");
        var row = " where token_hash = '\\x" + World.hex(Token.parse(session).orElseThrow()) + "'";
        WORLD.run("update app.auth_session set last_seen_at = created_at - interval '2 minutes'" + row);
        ok(WORLD.bearer("/v1/me", session));
        assertThat(WORLD.one("select (last_seen_at > now() - interval '1 minute')::text from app.auth_session" + row))
                .isEqualTo("true");
    }

    @Test
    void an_organization_of_others_and_one_that_is_not_are_alike() {
        var session = WORLD.session("Owner of Acme");
        var others = WORLD.bearer(
                CUSTOMERS,
                session,
                Place.ORGANIZATION,
                WORLD.organization("globex").toString());
        var none = WORLD.bearer(
                CUSTOMERS,
                session,
                Place.ORGANIZATION,
                java.util.UUID.randomUUID().toString());
        assertThat(withoutId(others)).isEqualTo(withoutId(none));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization: Bearer %s\r\n X: y", // folded (RFC 9112, 5.2)
                "Authorization: Bearer \u0000%s",
                "Authorization : Bearer %s",
                "Authorization: Bearer %s\r\nHedgerow-Organization:\u0001",
                "Authorization: Bearer %s\rX: y",
                "Authorization: Bearer %s\r\nContent-Length: 0\r\nContent-Length: 1"
            })
    void a_header_that_two_parsers_read_in_two_ways_is_refused(String header) throws Exception {
        var answer = raw(header.formatted(KeyAttacks.DEMO));
        assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("hk_");
    }

    @Test
    void no_secret_gets_into_the_log() {
        var err = System.err;
        var log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        Stream<Answer> answers;
        try {
            answers = Stream.of(
                    WORLD.bearer(CUSTOMERS, KeyAttacks.DEMO),
                    WORLD.bearer("/v1/me", WORLD.session("Owner of Acme")),
                    WORLD.bearer("/v1/me", WORLD.jwt("owner").sign() + "x"),
                    WORLD.get(CUSTOMERS + "?token=" + KeyAttacks.DEMO));
        } finally {
            System.setErr(err);
        }
        assertThat(answers.map(Answer::status)).containsExactly(200, 200, 401, 400);
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains("\"event\":\"request\"")
                .doesNotContain("hk_", "hs_", "eyJ", "Nonce");
    }

    // --- signing in ----------------------------------------------------------------------------------------------

    @Test
    void a_wallet_signs_in_and_out() {
        var wallet = Wallet.of("newcomer");
        var session = WORLD.signIn(wallet);
        assertThat(Token.parse(session)).isPresent();
        var me = ok(WORLD.bearer("/v1/me", session)).body();
        assertThat(WORLD.bearer("/v1/me", WORLD.signIn(wallet)).body().path("id"))
                .as("the same person")
                .isEqualTo(me.path("id"));
        var sessions = ok(WORLD.bearer("/v1/auth/sessions", session)).body().path("data");
        assertThat(sessions.size()).isEqualTo(2);
        assertThat(sessions.at("/0/ip_address").asString()).isEqualTo("127.0.0.1");
        assertThat(delete("/v1/auth/sessions/" + sessions.at("/0/id").asString(), session)
                        .status())
                .isEqualTo(204);
        assertThat(delete("/v1/auth/sessions/current", session).status()).isEqualTo(204);
        assertThat(WORLD.bearer("/v1/me", session).status()).isEqualTo(401);
    }

    @Test
    void the_v_of_hardware_wallets_is_taken() {
        var wallet = Wallet.of("hardware");
        var message = WORLD.message(wallet);
        var signature = wallet.signature(message);
        signature[64] -= 27;
        assertThat(WORLD.post("/v1/auth/wallet-sessions", World.proof(message, Wallet.hex(signature)))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void a_hundred_concurrent_requests_with_one_proof_open_one_session() throws Exception {
        var wallet = Wallet.of("race");
        var message = WORLD.message(wallet);
        var proof = World.proof(message, wallet.sign(message));
        List<Callable<Integer>> requests = IntStream.range(0, 100)
                .<Callable<Integer>>mapToObj(
                        _ -> () -> WORLD.post("/v1/auth/wallet-sessions", proof).status())
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var statuses = threads.invokeAll(requests).stream()
                    .map(future -> future.resultNow())
                    .toList();
            assertThat(statuses).filteredOn(status -> status == 201).hasSize(1);
            assertThat(statuses).filteredOn(status -> status == 401).hasSize(99);
        }
        assertThat(WORLD.one("select count(*) from app.auth_session s join app.user_wallet w using (user_id)"
                        + " where w.address = '" + wallet.address().lowerCase() + "'"))
                .isEqualTo("1");
    }

    @Test
    void two_first_sign_ins_of_a_wallet_at_once_make_one_person() throws Exception {
        var wallet = Wallet.of("twins");
        List<Callable<Integer>> requests = IntStream.range(0, 8)
                .mapToObj(_ -> WORLD.message(wallet))
                .<Callable<Integer>>map(message ->
                        () -> WORLD.post("/v1/auth/wallet-sessions", World.proof(message, wallet.sign(message)))
                                .status())
                .toList();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(threads.invokeAll(requests)).allMatch(future -> future.resultNow() == 201);
        }
        assertThat(WORLD.one("select count(*) from app.user_wallet where address = '"
                        + wallet.address().lowerCase() + "'"))
                .isEqualTo("1");
    }

    // --- people --------------------------------------------------------------------------------------------------

    @Test
    void a_person_may_try_to_join() {
        var person = WORLD.jwt("undecided").claim("name", "Ida").sign();
        var tried = WORLD.send(
                "POST", "/v1/me", Optional.empty(), "Authorization", "Bearer " + person, "Prefer", "TX=rollback");
        assertThat(tried.status()).isEqualTo(201);
        assertThat(tried.header("Preference-Applied")).isEqualTo("tx=rollback");
        assertThat(WORLD.bearer("/v1/me", person).status()).isEqualTo(401);
        assertThat(WORLD.send("POST", "/v1/me", Optional.empty(), bearer(person))
                        .status())
                .isEqualTo(201);
        assertThat(ok(WORLD.bearer("/v1/me", person))
                        .body()
                        .path("display_name")
                        .asString())
                .isEqualTo("Ida");
    }

    @Test
    void a_person_joins_by_jwt_founds_an_organization_and_lets_another_in() {
        var founder = WORLD.jwt("founder").claim("name", "Fiona").sign();
        assertThat(WORLD.send("POST", "/v1/me", Optional.empty(), bearer(founder))
                        .status())
                .isEqualTo(201);
        assertThat(ok(WORLD.bearer("/v1/me", founder))
                        .body()
                        .path("display_name")
                        .asString())
                .isEqualTo("Fiona");
        var organization = WORLD.post(
                        "/v1/organizations",
                        Map.of("slug", "umbrella", "name", "Umbrella", "country", "DE", "default_currency", "EUR"),
                        bearer(founder))
                .body()
                .path("id")
                .asString();
        assertThat(ok(WORLD.bearer(CUSTOMERS, founder)).body().path("data").isEmpty())
                .isTrue();

        var invitation = Token.generate(Token.Kind.INVITATION);
        WORLD.inTenant("umbrella", """
            insert into app.invitation (organization_id, email, role, token_hash, invited_by, expires_at)
            values (app.organization_id(), 'g@example.com', 'viewer', '\\x%s', 'system:test', now() + interval '1 day')
            """.formatted(World.hex(invitation)));
        var guest = WORLD.signIn(Wallet.of("guest"));
        var accepted = WORLD.post("/v1/invitations/accept", Map.of("token", invitation.secret()), bearer(guest));
        assertThat(ok(accepted).body().path("id").asString()).isEqualTo(organization);
        ok(WORLD.bearer(CUSTOMERS, guest));
        assertThat(WORLD.post("/v1/invitations/accept", Map.of("token", invitation.secret()), bearer(guest))
                        .code())
                .as("good once")
                .isEqualTo(ProblemCode.NOT_FOUND.slug());
    }

    @Test
    void a_person_links_a_wallet_and_an_identity_and_unlinks_both() {
        var first = Wallet.of("first");
        var second = Wallet.of("second");
        var session = WORLD.signIn(first);
        var message = WORLD.message(session, "link_wallet", second);
        assertThat(WORLD.post("/v1/me/wallets", World.proof(message, second.sign(message)), bearer(session))
                        .status())
                .isEqualTo(201);
        assertThat(identity(session, "link_identity", "/v1/me/identities").status())
                .isEqualTo(201);
        assertThat(ok(WORLD.bearer("/v1/me/wallets", session))
                        .body()
                        .path("data")
                        .size())
                .isEqualTo(2);
        assertThat(ok(WORLD.bearer("/v1/me/identities", session))
                        .body()
                        .path("data")
                        .size())
                .isEqualTo(1);
        var person = WORLD.bearer("/v1/me", session).body().path("id");
        assertThat(WORLD.bearer("/v1/me", WORLD.jwt("linked").sign()).body().path("id"))
                .isEqualTo(person);

        assertThat(identity(session, "unlink_identity", "/v1/me/identities/unlink")
                        .status())
                .isEqualTo(204);
        assertThat(WORLD.bearer("/v1/me", session).status()).as("signed out").isEqualTo(401);
        var again = WORLD.signIn(second);
        assertThat(WORLD.bearer("/v1/me", again).body().path("id")).isEqualTo(person);
        var goodbye = WORLD.message(again, "unlink_wallet", first);
        assertThat(WORLD.post("/v1/me/wallets/unlink", World.proof(goodbye, first.sign(goodbye)), bearer(again))
                        .status())
                .isEqualTo(204);
        assertThat(WORLD.bearer("/v1/me", WORLD.signIn(first)).body().path("id"))
                .as("somebody new")
                .isNotEqualTo(person);
    }

    @Test
    void a_person_changes_their_name_and_nothing_else() {
        var session = WORLD.signIn(Wallet.of("renamed"));
        var changed = WORLD.send("PATCH", "/v1/me", Optional.of(Map.of("display_name", "Rae")), bearer(session));
        assertThat(ok(changed).body().path("display_name").asString()).isEqualTo("Rae");
        assertThat(WORLD.send("PATCH", "/v1/me", Optional.of(Map.of("status", "active")), bearer(session))
                        .status())
                .isEqualTo(422);
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static Answer identity(String session, String purpose, String path) {
        var nonce = WORLD.post("/v1/me/nonces", Map.of("purpose", purpose), bearer(session))
                .body()
                .path("nonce");
        return WORLD.post(
                path,
                Map.of(
                        "token",
                        WORLD.jwt("linked").claim("nonce", nonce.asString()).sign()),
                bearer(session));
    }

    private static Answer delete(String path, String session) {
        return WORLD.send("DELETE", path, Optional.empty(), bearer(session));
    }

    private static String[] bearer(String credential) {
        return new String[] {"Authorization", "Bearer " + credential};
    }

    private static Answer ok(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        return answer;
    }

    private static List<String> names(Answer answer) {
        return ok(answer)
                .body()
                .path("data")
                .valueStream()
                .map(row -> row.path("id").asString())
                .toList();
    }

    private static String withoutId(Answer answer) {
        return answer.text().replaceAll("\"request_id\":\"[^\"]*\"", "");
    }

    private static String raw(String header) throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), WORLD.port())) {
            var request = "GET /v1/customers HTTP/1.1\r\nHost: x\r\n" + header + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
