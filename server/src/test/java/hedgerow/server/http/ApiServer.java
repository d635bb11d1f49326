package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.auth.Token;
import hedgerow.server.settings.Configuration;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import hedgerow.sql.Wire;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A real server over a database with the demo data, for one test class.
final class ApiServer implements BeforeAllCallback, AfterAllCallback {

    /// Encrypts secrets at rest.
    static final String CREDENTIAL_KEY = "5a".repeat(32);

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final HedgerowDatabase database = HedgerowDatabase.migrated().seeded();
    final JsonMapper mapper = ApiJson.mapper(Limits.DEFAULT);
    private final ObjectNode document = ContractFiles.merged(mapper);
    private final AnswerCheck check = new AnswerCheck(document, mapper);
    private final Map<String, String> settings;
    private boolean proxied;
    private Wire wire;
    private Service service;

    ApiServer() {
        this(Map.of());
    }

    /// A server with other settings.
    ///
    /// @param special settings that differ from those of the other tests
    ApiServer(Map<String, String> special) {
        settings = new HashMap<>(Map.of(
                "port", "0",
                "credential-key", CREDENTIAL_KEY,
                "wallet-key", CREDENTIAL_KEY,
                "requests-per-minute", "1000000",
                "log-requests", "false",
                "demo", "true"));
        settings.putAll(special);
    }

    /// Puts [#wire()] between the server and its database.
    ApiServer throughWire() {
        proxied = true;
        return this;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        database.beforeAll(context);
        settings.put("database", url().libpq());
        service = start(Map.of());
    }

    /// Another server over the same database. The caller closes it.
    Service start(Map<String, String> special) {
        var all = new HashMap<>(settings);
        all.putAll(special);
        return Service.start(ServiceSettings.of(Configuration.of(all, Map.of(), Optional.empty())));
    }

    private DatabaseUrl url() throws IOException {
        if (!proxied) {
            return database.url(Logins.APP);
        }
        wire = Wire.to(database.url(Logins.APP));
        return wire.url();
    }

    Wire wire() {
        return wire;
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        service.close();
        if (proxied) {
            wire.close();
        }
        database.afterAll(context);
    }

    /// The first value of a superuser's query.
    String one(String sql) {
        try (var connection = database.admin();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).as(sql).isTrue();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /// A digest of each table's rows, without the times at which keys were last used.
    ///
    /// @param logged which rows of events and of the audit log are included
    Map<String, String> rows(String logged) {
        return digests("""
            case when c.relname in ('outbox_event', 'audit_log', 'audit_block', 'audit_head') then '%s' else 'true' end,
            $$string_agg((to_jsonb(t) - 'last_used_at')::text, chr(10)
                         order by (to_jsonb(t) - 'last_used_at')::text)$$
            """.formatted(logged.replace("'", "''")));
    }

    /// The number of each table's rows and the transactions that wrote them: a faster digest.
    Map<String, String> writes() {
        return digests("""
            'true',
            case when c.relname in ('api_key')
                 then $$string_agg((to_jsonb(t) - 'last_used_at')::text, chr(10) order by id)$$
                 else $$count(*) || ' ' || coalesce(sum(xmin::text::bigint), 0)$$ end
            """);
    }

    private Map<String, String> digests(String conditionAndDigest) {
        var digests = new HashMap<String, String>();
        try (var connection = database.admin();
                var statement = connection.createStatement();
                var found = statement.executeQuery("""
                    select c.oid::regclass::text,
                           (xpath('//md5/text()', query_to_xml(format(
                               'select md5(%%3$s) from %%1$s t where %%2$s', c.oid::regclass,
                               %s), true, false, '')))[1]::text
                      from pg_class c
                     where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('app', 'app_private')
                       and c.relname not in ('auth_session', 'auth_nonce')
                    """.formatted(conditionAndDigest))) {
            while (found.next()) {
                digests.put(found.getString(1), found.getString(2));
            }
            return digests;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /// Runs SQL as the superuser.
    void run(String sql) {
        try (var connection = database.admin();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    /// A caller with a demo key on test data.
    ///
    /// @param role `Owner`, `Admin`, `Member`, `Viewer` or `Agent`
    Client as(String tenant, String role) {
        return with(DemoKeys.testKey(tenant, role));
    }

    /// The demo key of a tenant's owner, on live data.
    String liveKey(String tenant) {
        return one("""
            select body || substr(encode(sha256(convert_to(body, 'UTF8')), 'hex'), 1, 6)
              from rpad('hk_live_%sOwnerDemoKey', 44, '0') body
            """.formatted(tenant));
    }

    /// A caller with this credential.
    Client with(String credential) {
        return new Client(0, credential);
    }

    /// A restricted key of acme's owner.
    Client restricted(String... scopes) {
        var made = as("acme", "Owner")
                .post(
                        "/v1/api-keys",
                        "{\"name\": \"r\", \"kind\": \"restricted\", \"role\": \"owner\", \"scopes\": %s}"
                                .formatted(mapper.writeValueAsString(scopes)));
        return with(made.is(201).text("/secret"));
    }

    /// A person who has signed in, in one of the roles of a tenant, on test data.
    Client person(String tenant, String role) {
        var organization = one("select id from app.organization where slug = '%s'".formatted(tenant));
        return signedIn(user(tenant, role)).with("Hedgerow-Organization", organization);
    }

    /// A person of the demo data, by the tenant and role that they have there.
    String user(String tenant, String role) {
        return one("""
            select m.user_id
              from app.membership m join app.organization o on o.id = m.organization_id
             where o.slug = '%s' and m.role = '%s' and m.status = 'active' and m.display_name <> 'Robin'
            """.formatted(tenant, role));
    }

    /// A person who has signed in, and has not named an organization.
    Client signedIn(String user) {
        var token = Token.generate(Token.Kind.SESSION);
        run("""
            insert into app.auth_session (token_hash, user_id, method, expires_at)
            values ('\\x%s', '%s', 'wallet', now() + interval '1 hour')
            """.formatted(HexFormat.of().formatHex(token.hash()), user));
        return new Client(0, token.secret());
    }

    /// The OpenAPI document.
    JsonNode document() {
        return document;
    }

    int port() {
        return service.port();
    }

    /// A response.
    record Answer(HttpResponse<String> response, JsonNode body) {

        int status() {
            return response.statusCode();
        }

        String text(String pointer) {
            return body.at(pointer).asString(null);
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }

        Answer is(int status) {
            assertThat(status()).as(() -> response.body()).isEqualTo(status);
            return this;
        }

        Answer problem(ProblemCode code) {
            is(code.status());
            assertThat(text("/code")).isEqualTo(code.slug());
            return this;
        }
    }

    /// One caller.
    final class Client {

        private final int port;
        private final String credential;
        private final List<String> headers;

        /// A caller.
        ///
        /// @param port 0: that of the server of the class
        private Client(int port, String credential, String... headers) {
            this.port = port;
            this.credential = credential;
            this.headers = List.of(headers);
        }

        /// This caller with headers: name, value, name, value...
        Client with(String... more) {
            return new Client(
                    port,
                    credential,
                    Stream.concat(headers.stream(), Stream.of(more)).toArray(String[]::new));
        }

        /// This caller at another server over the same database.
        Client at(int otherPort) {
            return new Client(otherPort, credential, headers.toArray(String[]::new));
        }

        Answer get(String path) {
            return send("GET", path, Optional.empty());
        }

        Answer post(String path) {
            return send("POST", path, Optional.empty());
        }

        Answer post(String path, String json) {
            return send("POST", path, Optional.of(json));
        }

        Answer patch(String path, String json) {
            return send("PATCH", path, Optional.of(json));
        }

        Answer delete(String path) {
            return send("DELETE", path, Optional.empty());
        }

        Answer send(String method, String path, Optional<String> json) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s"
                            .formatted(
                                    port == 0 ? port() : port,
                                    path.replace("[", "%5B").replace("]", "%5D"))))
                    .header("Authorization", "Bearer " + credential)
                    .method(method, json.map(BodyPublishers::ofString).orElseGet(BodyPublishers::noBody));
            json.ifPresent(_ -> request.header("Content-Type", "application/json"));
            if (!headers.isEmpty()) {
                request.headers(headers.toArray(String[]::new));
            }
            try {
                return checked(method, path, CLIENT.send(request.build(), BodyHandlers.ofString()));
            } catch (IOException e) {
                throw new AssertionError(method + " " + path, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError(e);
            }
        }

        /// Checks that the response matches the OpenAPI document, as for every response of every test.
        private Answer checked(String method, String path, HttpResponse<String> response) {
            var body = response.body().isEmpty() ? mapper.createObjectNode() : mapper.readTree(response.body());
            var faults = check.faults(method, path, response, body);
            assertThat(faults)
                    .as(() -> method + " " + path + ": " + response.body())
                    .isEmpty();
            return new Answer(response, body);
        }
    }
}
