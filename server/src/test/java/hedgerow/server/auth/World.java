package hedgerow.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import hedgerow.mappers.Database;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.http.AnswerCheck;
import hedgerow.server.http.Api;
import hedgerow.server.http.ApiRoutes;
import hedgerow.server.http.HttpSettings;
import hedgerow.server.http.Limits;
import hedgerow.server.http.Metrics;
import hedgerow.server.http.Sha256;
import hedgerow.server.link.PaymentPages;
import hedgerow.server.provider.ProviderWebhooks;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real server over a real database, issuers with keys, and people with wallets.
final class World implements BeforeAllCallback, AfterAllCallback {

    static final URI SITE = URI.create("https://app.example");
    static final String ISSUER = "https://id.example";
    static final String OTHER_ISSUER = "https://rsa.example";

    /// A key, created once because that takes a while.
    private static final ECKey EC = ecKey("ec-1");

    private static final RSAKey RSA = rsaKey("rsa-1", 2048);
    private static final RSAKey WEAK = rsaKey("weak", 1024);

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final AnswerCheck check = AnswerCheck.ofDocument();
    final HedgerowDatabase database = HedgerowDatabase.migrated().seeded();
    final ECKey ec = EC;
    final RSAKey rsa = RSA;
    final RSAKey weak = WEAK;

    private final Map<Long, URI> chains;
    private final int attemptsPerMinute;
    private final List<String> proxies;
    private boolean logged;
    private Path folder;
    private Connection admin;
    private Api api;

    World() {
        this(Map.of(), 1_000_000);
    }

    World(Map<Long, URI> chains, int attemptsPerMinute) {
        this(chains, attemptsPerMinute, List.of());
    }

    World(Map<Long, URI> chains, int attemptsPerMinute, List<String> proxies) {
        this.chains = chains;
        this.attemptsPerMinute = attemptsPerMinute;
        this.proxies = proxies;
    }

    /// Adds a line in the log for each request.
    World logged() {
        logged = true;
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        database.beforeAll(context);
        admin = database.admin();
        folder = Files.createTempDirectory("hedgerow-auth");
        var source = TenantDataSource.over(database.dataSource(Logins.APP), BindCall.plain());
        var auth = Auth.over(Database.over(source), config(), proxies);
        var routes = Stream.concat(
                ApiRoutes.over(
                        source,
                        Database.over(source),
                        Limits.DEFAULT,
                        Optional.empty(),
                        Optional.of(new byte[32]),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        false,
                        auth.tokens())
                        .stream(),
                Stream.concat(auth.routes().stream(), Stream.of(new ProviderWebhooks(), new PaymentPages(List.of()))));
        api = Api.start(
                new HttpSettings("127.0.0.1", 0, Limits.DEFAULT, logged, Optional.empty(), false, List.of(), false),
                new Metrics(false),
                () -> true,
                auth.authenticator(),
                routes.toList());
    }

    private AuthConfig config() throws IOException {
        return new AuthConfig(
                List.of(SITE, URI.create("https://other.example:8443")),
                List.of(
                        issuer(ISSUER, JwtIssuer.Algorithm.ES256, "ec", new JWKSet(ec)),
                        issuer(OTHER_ISSUER, JwtIssuer.Algorithm.RS256, "rsa", new JWKSet(List.of(rsa, weak)))),
                chains,
                Duration.ofHours(1),
                attemptsPerMinute);
    }

    private JwtIssuer issuer(String name, JwtIssuer.Algorithm algorithm, String file, JWKSet keys) throws IOException {
        var path = Files.writeString(folder.resolve(file), keys.toString());
        return new JwtIssuer(name, Set.of("hedgerow"), algorithm, path.toUri(), JwtIssuer.USUAL_TYPES);
    }

    @Override
    public void afterAll(ExtensionContext context) throws SQLException {
        if (api != null) {
            api.close();
            admin.close();
        }
        database.afterAll(context);
    }

    private static ECKey ecKey(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey rsaKey(String id, int bits) {
        try {
            return new RSAKeyGenerator(bits, true).keyID(id).generate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    // --- the database --------------------------------------------------------------------------------------------

    /// The first value of a superuser's query.
    String one(String sql) {
        try (var statement = admin.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows.next() ? rows.getString(1) : "";
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    void run(String sql) {
        try (var statement = admin.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    UUID organization(String slug) {
        return UUID.fromString(one("select id from app.organization where slug = '%s'".formatted(slug)));
    }

    UUID user(String name) {
        return UUID.fromString(one("select id from app.app_user where display_name = '%s'".formatted(name)));
    }

    /// A new API key of a demo tenant.
    ///
    /// @param columns additional ones, such as `", scopes"`
    Token key(String slug, boolean live, String role, String columns, String values) {
        var token = Token.generate(live ? Token.Kind.LIVE_KEY : Token.Kind.TEST_KEY);
        run("""
            do $$ begin
                perform app.bind('%1$s', 'system:test', %2$s);
                insert into app.api_key (organization_id, livemode, name, role, prefix, key_hash, created_by,
                       created_at%5$s)
                values ('%1$s', %2$s, 'A key', '%3$s', '%4$s', '\\x%7$s', 'system:test', '2026-01-01'%6$s);
            end $$
            """.formatted(organization(slug), live, role, token.prefix(), columns, values, hex(token)));
        return token;
    }

    Token key(String slug, boolean live, String role) {
        return key(slug, live, role, "", "");
    }

    static String hex(Token token) {
        return HexFormat.of().formatHex(token.hash());
    }

    /// Runs SQL as the tenant's background work, which policies do not stop.
    void inTenant(String slug, String sql) {
        run("do $$ begin perform app.bind('%s', 'system:test', false); %s; end $$".formatted(organization(slug), sql));
    }

    // --- people --------------------------------------------------------------------------------------------------

    /// Gives a person of the demo data a wallet whose key the test has.
    Wallet walletOf(String person) {
        var wallet = Wallet.of(person + UUID.randomUUID());
        run("insert into app.user_wallet (user_id, kind, address, verified_at) values ('%s', 'eoa', '%s', now())"
                .formatted(user(person), wallet.address().lowerCase()));
        return wallet;
    }

    /// A session of a person of the demo data.
    String session(String person) {
        return signIn(walletOf(person));
    }

    String signIn(Wallet wallet) {
        var message = message(wallet);
        var answer = post("/v1/auth/wallet-sessions", proof(message, wallet.sign(message)));
        return answer.body().path("token").asString();
    }

    /// The message that the wallet is to sign.
    String message(Wallet wallet) {
        var answer = post("/v1/auth/nonces", Map.of("address", wallet.address().checksummed(), "chain_id", 1));
        return answer.body().path("message").asString();
    }

    /// The message that the wallet is to sign for a purpose of this session.
    String message(String session, String purpose, Wallet wallet) {
        var answer = send(
                "POST",
                "/v1/me/nonces",
                Optional.of(
                        Map.of("purpose", purpose, "address", wallet.address().checksummed())),
                "Authorization",
                "Bearer " + session);
        return answer.body().path("message").asString();
    }

    static Map<String, Object> proof(String message, String signature) {
        return Map.of("message", message, "signature", signature);
    }

    /// Makes a session look old.
    void age(String session) {
        run("update app.auth_session set created_at = now() - interval '11 minutes' where token_hash = '\\x%s'"
                .formatted(HexFormat.of().formatHex(Sha256.of(session))));
    }

    /// A token of the first issuer.
    Jwt jwt(String subject) {
        return new Jwt(ec).claim("iss", ISSUER).claim("sub", subject);
    }

    /// Links a subject of an issuer to a person of the demo data.
    void identity(String issuer, String subject, String person) {
        run("""
            insert into app.user_identity (user_id, kind, issuer, subject, verified_at)
            values ('%s', 'oidc', '%s', '%s', now()) on conflict do nothing
            """.formatted(user(person), issuer, subject));
    }

    // --- requests ------------------------------------------------------------------------------------------------

    record Answer(int status, JsonNode body, String text, HttpResponse<String> response) {

        String code() {
            return body.path("code").asString("");
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }
    }

    int port() {
        return api.port();
    }

    Answer get(String path, String... headers) {
        return send("GET", path, Optional.empty(), headers);
    }

    Answer bearer(String path, String credential, String... headers) {
        var all = Stream.concat(Stream.of("Authorization", "Bearer " + credential), Stream.of(headers));
        return get(path, all.toArray(String[]::new));
    }

    Answer post(String path, Object body, String... headers) {
        return send("POST", path, Optional.of(body), headers);
    }

    /// Checks that the response matches the OpenAPI document, as for every response of every test.
    private Answer answer(String method, String path, HttpResponse<String> response) {
        var text = response.body();
        var body = text.isEmpty() ? MAPPER.createObjectNode() : MAPPER.readTree(text);
        assertThat(check.faults(method, path, response, body))
                .as(() -> method + " " + path + ": " + text)
                .isEmpty();
        return new Answer(response.statusCode(), body, text, response);
    }

    Answer send(String method, String path, Optional<Object> body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                .method(
                        method,
                        body.map(MAPPER::writeValueAsString)
                                .map(BodyPublishers::ofString)
                                .orElseGet(BodyPublishers::noBody));
        body.ifPresent(_ -> request.header("Content-Type", "application/json"));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            var response = CLIENT.send(request.build(), BodyHandlers.ofString());
            return answer(method, path, response);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
