package hedgerow.server.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.chain.Scissors;
import hedgerow.server.chain.Superuser;
import hedgerow.server.http.Api;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.HttpSettings;
import hedgerow.server.http.Limits;
import hedgerow.server.http.Metrics;
import hedgerow.server.http.SecretBox;
import hedgerow.server.http.Sha256;
import hedgerow.server.pay.Due;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.server.settings.Configuration;
import hedgerow.server.work.TestTurn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A tenant with an account at a provider, on a real database; and the state of the provider at the end.
final class Till {

    static final byte[] KEY = Arrays.copyOf(new byte[] {9}, 32);
    static final String SANDBOX_SECRET = "sk_sandbox_till";
    static final String WEBHOOK_SECRET = "whsec_0123456789abcdef";
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final TenantKey tenant;
    final UUID customer = UUID.randomUUID();
    final String token = "A".repeat(11) + UUID.randomUUID().toString().replace("-", "");
    private final Superuser superuser;
    private final HedgerowDatabase database;
    private final Map<String, URI> providers;
    private final BindCall call;
    private final SecretBox box = new SecretBox(Optional.of(KEY));
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    /// A till with these providers.
    ///
    /// @param providers their addresses, by code
    Till(HedgerowDatabase database, Map<String, URI> providers, boolean livemode) throws SQLException {
        this(database, providers, livemode, BindCall.plain());
    }

    /// A till with these providers.
    ///
    /// @param call binds a worker to it, in the mode of the database
    Till(HedgerowDatabase database, Map<String, URI> providers, boolean livemode, BindCall call) throws SQLException {
        this.database = database;
        this.call = call;
        this.providers = providers;
        this.tenant = new TenantKey(UUID.randomUUID(), livemode);
        this.superuser = new Superuser(database);
        bound("""
            insert into app.organization (id, slug, name, country, default_currency)
            values ('%1$s', 'till-%2$s', 'Till', 'DE', 'EUR');
            insert into app.customer (organization_id, livemode, id, name, country)
            values ('%1$s', %4$s, '%3$s', 'Customer', 'DE')
            """.formatted(
                tenant.organization(), tenant.organization().toString().substring(0, 8), customer, tenant.livemode()));
    }

    static Till at(HedgerowDatabase database, URI sandbox) throws SQLException {
        return at(database, sandbox, BindCall.plain());
    }

    static Till at(HedgerowDatabase database, URI sandbox, BindCall call) throws SQLException {
        var till = new Till(database, Map.of("sandbox", sandbox), false, call);
        till.credential("sandbox", SANDBOX_SECRET);
        return till;
    }

    UUID credential(String provider, String secret) throws SQLException {
        var id = UUID.randomUUID();
        var sealed = box.seal("provider_credential", tenant, id, secret.getBytes(StandardCharsets.UTF_8));
        bound("""
            insert into app.provider_credential (organization_id, livemode, id, provider, label, key_id, nonce,
                   ciphertext, hint, created_by)
            values ('%s', %s, '%s', '%s', 'Till', '%s', '\\x%s', '\\x%s', '...', app.actor())
            """.formatted(
                        tenant.organization(),
                        tenant.livemode(),
                        id,
                        provider,
                        sealed.keyId(),
                        HexFormat.of().formatHex(sealed.nonce()),
                        HexFormat.of().formatHex(sealed.ciphertext())));
        return id;
    }

    /// Has the sandbox send webhooks to an address.
    void hear(Sandbox from, Api api) throws SQLException {
        letIn();
        from.notify(new Sandbox.Target(
                URI.create("http://127.0.0.1:%d/in/%s".formatted(api.port(), token)), WEBHOOK_SECRET));
    }

    /// Lets webhooks in that are signed with [#WEBHOOK_SECRET].
    void letIn() throws SQLException {
        var id = UUID.fromString(
                one("select id from app.provider_credential where organization_id = '" + tenant.organization() + "'"));
        var sealed =
                box.seal("provider_credential.webhook", tenant, id, WEBHOOK_SECRET.getBytes(StandardCharsets.UTF_8));
        bound("""
            update app.provider_credential
               set webhook_token_hash = '\\x%s', webhook_key_id = '%s', webhook_nonce = '\\x%s',
                   webhook_ciphertext = '\\x%s'
             where id = '%s'
            """.formatted(
                        HexFormat.of().formatHex(Sha256.of(token)),
                        sealed.keyId(),
                        HexFormat.of().formatHex(sealed.nonce()),
                        HexFormat.of().formatHex(sealed.ciphertext()),
                        id));
    }

    /// A server that lets webhooks of providers in.
    static Api letIn(HedgerowDatabase database, Metrics metrics) {
        return letIn(database, metrics, BindCall.plain());
    }

    static Api letIn(HedgerowDatabase database, Metrics metrics, BindCall call) {
        var source = database.dataSource(Logins.WORKER);
        var webhooks = new ProviderWebhooks();
        webhooks.open(
                Database.over(source),
                Database.over(TenantDataSource.over(source, call)),
                new SecretBox(Optional.of(KEY)));
        var settings =
                new HttpSettings("127.0.0.1", 0, Limits.DEFAULT, false, Optional.empty(), false, List.of(), false);
        return Api.operations(settings, 0, metrics, () -> true, webhooks);
    }

    // --- orders and refunds --------------------------------------------------------------------------------------

    UUID method(String provider, String token) throws SQLException {
        var id = UUID.randomUUID();
        bound("""
            insert into app.customer_payment_method (organization_id, livemode, id, customer_id, kind, provider,
                   provider_token, brand, last4, expires_month, expires_year)
            values ('%s', %s, '%s', '%s', 'card', '%s', '%s', 'visa', '4242', 12, 2030)
            """.formatted(tenant.organization(), tenant.livemode(), id, customer, provider, token));
        return id;
    }

    /// One that waits to be charged by a method of the sandbox of this name.
    UUID order(String token, long minor) throws SQLException {
        return order(Optional.of(method("sandbox", token)), "EUR", minor);
    }

    /// Makes an order.
    ///
    /// @param method if empty, any of the customer's
    UUID order(Optional<UUID> method, String currency, long minor) throws SQLException {
        var id = UUID.randomUUID();
        bound("""
            insert into app.payment_order (organization_id, livemode, id, customer_id, payment_method_id, currency,
                   amount_minor, created_by)
            values ('%1$s', %7$s, '%2$s', '%3$s', %4$s, '%5$s', %6$d, app.actor());
            update app.payment_order set status = 'requires_execution'
             where organization_id = '%1$s' and livemode = %7$s and id = '%2$s'
            """.formatted(
                        tenant.organization(),
                        id,
                        customer,
                        method.map("'%s'"::formatted).orElse("null"),
                        currency,
                        minor,
                        tenant.livemode()));
        return id;
    }

    UUID refund(UUID order, long minor) throws SQLException {
        var id = UUID.randomUUID();
        bound("""
            insert into app.refund (organization_id, livemode, id, payment_order_id, currency, amount_minor, reason,
                   created_by)
            values ('%s', %s, '%s', '%s', 'EUR', %d, 'requested_by_customer', app.actor())
            """.formatted(tenant.organization(), tenant.livemode(), id, order, minor));
        return id;
    }

    String status(UUID order) {
        return one("select status from app.payment_order where id = '%s'".formatted(order));
    }

    String waits(UUID order) {
        return one("select waiting_for from app.payment_order where id = '%s'".formatted(order));
    }

    String request(UUID order, String columns) {
        return one("select %s from app.provider_request where payment_order_id = '%s' and kind = 'charge'"
                        .formatted(columns, order)
                + " order by created_at desc, id desc limit 1");
    }

    String attempt(UUID order, String columns) {
        return one("select %s from app.payment_attempt where payment_order_id = '%s'".formatted(columns, order)
                + " order by number desc limit 1");
    }

    String refunded(UUID refund, String columns) {
        return one("select %s from app.refund where id = '%s'".formatted(columns, refund));
    }

    long events(UUID subject, String type) {
        return number("select count(*) from app.outbox_event where subject_id = '%s' and type = '%s'"
                .formatted(subject, type));
    }

    /// The balance of an account of the books, in euros.
    long balance(String account) {
        return number("select coalesce(sum(e.amount), 0) from app.ledger_entry e join app.ledger_account a"
                + " on a.organization_id = e.organization_id and a.livemode = e.livemode and a.id = e.account_id"
                + " where a.organization_id = '" + tenant.organization() + "' and a.code = '" + account + "'");
    }

    long open() {
        return number("select count(*) from app.payment_order where organization_id = '" + tenant.organization()
                        + "' and status in ('requires_execution', 'processing')")
                + number("select count(*) from app.refund where organization_id = '" + tenant.organization()
                        + "' and status in ('requested', 'processing')");
    }

    /// Orders and refunds that the worker can still do something about: others wait for a person.
    long busy() {
        return open()
                - number("select count(*) from app.provider_request where organization_id = '" + tenant.organization()
                        + "' and status = 'needs_review' and asked is null");
    }

    /// Makes postponed work due at once.
    void hurry() throws SQLException {
        bound("""
            update app.payment_order set next_try_at = null
             where organization_id = '%1$s' and livemode = %2$s and next_try_at is not null;
            update app.provider_request set next_try_at = now()
             where organization_id = '%1$s' and livemode = %2$s and next_try_at is not null
            """.formatted(tenant.organization(), tenant.livemode()));
    }

    /// Sets back the time of the requests, as if they had been made that long ago.
    void age(String interval) throws SQLException {
        bound("""
            update app.provider_request
               set created_at = created_at - interval '%3$s', first_sent_at = first_sent_at - interval '%3$s'
             where organization_id = '%1$s' and livemode = %2$s
            """.formatted(tenant.organization(), tenant.livemode(), interval));
    }

    /// Forgets a charge, as a database that is restored from an older backup.
    void restoreBefore(UUID order) throws SQLException {
        var tables =
                List.of("ledger_entry", "provider_transaction", "provider_request", "payment_attempt", "outbox_event");
        var sql = new StringBuilder("set local session_replication_role = replica; ");
        tables.forEach(table -> sql.append("delete from app.%s where organization_id = '%s' and %s = '%s'; "
                .formatted(
                        table,
                        tenant.organization(),
                        table.equals("outbox_event") ? "subject_id" : "payment_order_id",
                        order)));
        sql.append("update app.payment_order set status = 'requires_execution', succeeded_at = null where id = '%s'"
                .formatted(order));
        bound(sql.toString());
    }

    void resolve(UUID order, String outcome) throws SQLException {
        bound("""
            update app.provider_request set asked = '%3$s', asked_by = app.actor(), next_try_at = now()
             where organization_id = '%1$s' and livemode = %4$s and payment_order_id = '%2$s'
               and status = 'needs_review'
            """.formatted(tenant.organization(), order, outcome, tenant.livemode()));
    }

    // --- a worker ------------------------------------------------------------------------------------------------

    /// One process: its connections and its memory.
    final class Process implements AutoCloseable {

        private final HikariDataSource pool = new HikariDataSource();
        final Database bound;
        private final PaymentRail provider;

        /// A process with connections of its own.
        ///
        /// @param patience with a database that does not answer, in milliseconds
        Process(DataSource source, Map<String, URI> addresses, Map<String, String> special, int patience) {
            pool.setDataSource(source);
            pool.setMaximumPoolSize(1);
            pool.setConnectionTimeout(patience);
            pool.setInitializationFailTimeout(patience);
            var all = new HashMap<>(Map.of(
                    "provider-urls",
                    String.join(
                            ",",
                            addresses.entrySet().stream()
                                    .map(one -> one.getKey() + "=" + one.getValue())
                                    .toList()),
                    "provider-timeout",
                    "1s"));
            all.putAll(special);
            var settings = Configuration.of(all, Map.of(), Optional.empty()).read(ProviderSettings.class);
            bound = Database.over(TenantDataSource.over(pool, call));
            provider = HttpProviders.over(bound, settings, box, new EventWriter(Limits.DEFAULT), metrics)
                    .orElseThrow();
        }

        Due turn() {
            return Tenant.of(tenant.organization(), "system:worker", tenant.livemode())
                    .call(() -> provider.run(tenant));
        }

        /// Works until a request of the order was sent once: a busy machine may be too slow to look it up at first.
        void send(UUID order) throws SQLException {
            for (var i = 0; i < 10 && (i == 0 || request(order, "tries").equals("0")); i++) {
                hurry();
                turn();
            }
        }

        /// Works until nothing is open, for at most this number of turns. A deadlock ends a turn and
        /// not the worker.
        void work(int turns) throws SQLException {
            work(turns, Till.this::open);
        }

        /// Works until nothing is left, for at most this number of turns.
        void work(int turns, LongSupplier left) throws SQLException {
            for (var i = 0; i < turns && left.getAsLong() > 0; i++) {
                hurry();
                TestTurn.take(() -> {
                    var isLast = turn().equals(Due.NEVER);
                    assertThat(isLast && busy() > 0).as("open without a turn").isFalse();
                });
            }
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    Process process() {
        return process(Map.of());
    }

    Process process(Map<String, String> special) {
        return new Process(database.dataSource(Logins.WORKER), providers, special, 60_000);
    }

    Process process(Scissors scissors) {
        return process(scissors, 1);
    }

    /// Scissors between a worker, this database and a provider.
    Scissors scissors(URI provider) throws IOException {
        return Scissors.between(database.url(Logins.WORKER), provider);
    }

    /// A process behind scissors.
    ///
    /// @param patience with a database or a provider that does not answer, in seconds
    Process process(Scissors scissors, int patience) {
        var through = providers.keySet().stream().collect(Collectors.toMap(code -> code, _ -> scissors.endpoint()));
        return new Process(scissors.source(), through, Map.of("provider-timeout", patience + "s"), 1_000 * patience);
    }

    // --- the provider --------------------------------------------------------------------------------------------

    /// The sandbox's own word of what it did.
    static List<JsonNode> log(URI sandbox) throws Exception {
        return call(sandbox, "GET", "/v1/log").path("data").valueStream().toList();
    }

    static JsonNode call(URI sandbox, String verb, String path) throws Exception {
        var request = HttpRequest.newBuilder(sandbox.resolve(path))
                .header("Authorization", "Bearer " + SANDBOX_SECRET)
                .method(verb, HttpRequest.BodyPublishers.noBody())
                .build();
        return MAPPER.readTree(HTTP.send(request, BodyHandlers.ofString()).body());
    }

    /// Charges or refunds of an order that moved money.
    static List<JsonNode> moved(URI sandbox, String kind, UUID order) throws Exception {
        return log(sandbox).stream()
                .filter(one -> one.path("kind").asString().equals(kind)
                        && one.path("order").asString().equals(order.toString())
                        && one.path("status").asString().equals("succeeded"))
                .toList();
    }

    // --- the database --------------------------------------------------------------------------------------------

    long number(String sql) {
        return Long.parseLong(one(sql));
    }

    String one(String sql) {
        return superuser.one(sql);
    }

    void bound(String sql) throws SQLException {
        superuser.bound(tenant, sql);
    }
}
