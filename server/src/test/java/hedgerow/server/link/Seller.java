package hedgerow.server.link;

import com.zaxxer.hikari.HikariDataSource;
import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.rls.bind.BindCall;
import hedgerow.rls.bind.Tenant;
import hedgerow.rls.bind.TenantDataSource;
import hedgerow.server.chain.Scissors;
import hedgerow.server.chain.Superuser;
import hedgerow.server.http.EventWriter;
import hedgerow.server.http.Limits;
import hedgerow.server.http.SecretBox;
import hedgerow.server.provider.Checkouts;
import hedgerow.server.provider.HttpProviders;
import hedgerow.server.provider.PaymentRail;
import hedgerow.server.provider.ProviderSettings;
import hedgerow.server.settings.Configuration;
import hedgerow.server.work.TestTurn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import javax.sql.DataSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A tenant with a link for 49.00 EUR and an account at the sandbox, whose payers and worker may die anywhere.
final class Seller {

    static final long PRICE = 4_900;
    private static final String SECRET = "sk_sandbox_seller";
    private static final JsonMapper MAPPER = new JsonMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    final TenantKey tenant = new TenantKey(UUID.randomUUID(), false);
    final UUID link = UUID.randomUUID();
    private final String token = "A".repeat(11) + UUID.randomUUID().toString().replace("-", "");
    private final HedgerowDatabase database;
    private final URI sandbox;
    private final Superuser superuser;
    private final SecretBox box = new SecretBox(Optional.of(Arrays.copyOf(new byte[] {7}, 32)));

    Seller(HedgerowDatabase database, URI sandbox) throws SQLException {
        this.database = database;
        this.sandbox = sandbox;
        this.superuser = new Superuser(database);
        var credential = UUID.randomUUID();
        var sealed = box.seal("provider_credential", tenant, credential, SECRET.getBytes(StandardCharsets.UTF_8));
        bound("""
            insert into app.organization (id, slug, name, country, default_currency)
            values ('%1$s', 'seller-%2$s', 'Seller', 'DE', 'EUR');
            insert into app.provider_credential (organization_id, livemode, id, provider, label, key_id, nonce,
                   ciphertext, hint, created_by)
            values ('%1$s', false, '%3$s', 'sandbox', 'Seller', '%4$s', '\\x%5$s', '\\x%6$s', '...', app.actor());
            insert into app.product (organization_id, livemode, name) values ('%1$s', false, 'A lamp');
            insert into app.price (organization_id, livemode, product_id, kind, currency, unit_amount_minor)
            select organization_id, livemode, id, 'one_off', 'EUR', %7$d from app.product
             where organization_id = '%1$s';
            insert into app.payment_link (organization_id, livemode, id, token, price_id, created_by)
            select organization_id, livemode, '%8$s', '%9$s', id, app.actor() from app.price
             where organization_id = '%1$s'
            """.formatted(
                        tenant.organization(),
                        tenant.organization().toString().substring(0, 8),
                        credential,
                        sealed.keyId(),
                        HexFormat.of().formatHex(sealed.nonce()),
                        HexFormat.of().formatHex(sealed.ciphertext()),
                        PRICE,
                        link,
                        token));
    }

    // --- processes -----------------------------------------------------------------------------------------------

    /// One process with its connections: it serves the page of the link, and works.
    final class Process implements AutoCloseable {

        private final HikariDataSource pool = new HikariDataSource();
        final Database bound;
        private final CardPayments cards;
        private final List<PaymentRail> rails;

        private Process(DataSource source, URI provider, int patience) {
            pool.setDataSource(source);
            pool.setMaximumPoolSize(1);
            pool.setConnectionTimeout(1_000L * patience);
            pool.setInitializationFailTimeout(1_000L * patience);
            bound = Database.over(TenantDataSource.over(pool, BindCall.plain()));
            var settings = Configuration.of(
                            Map.of("provider-urls", "sandbox=" + provider, "provider-timeout", patience + "s"),
                            Map.of(),
                            Optional.empty())
                    .read(ProviderSettings.class);
            var events = new EventWriter(Limits.DEFAULT);
            cards = new CardPayments(bound, box, new Checkouts(settings), events);
            rails = List.of(
                    HttpProviders.over(bound, settings, box, events, new SimpleMeterRegistry())
                            .orElseThrow(),
                    OpenCheckouts.over(bound, settings, box, events).orElseThrow());
        }

        /// Begins a payment; the page of the provider.
        Optional<URI> begin() {
            return asPayer()
                    .call(() -> cards.begin(
                            PaymentPages.link(bound, tenant, link).orElseThrow(), "http://127.0.0.1:1/pay/" + token));
        }

        /// Returns from the provider, as the browser of a payer does.
        CardPayments.Arrival arrive(URI returning) {
            var session = returning.getQuery().replaceAll(".*session=", "");
            return asPayer()
                    .call(() -> cards.arrive(
                            PaymentPages.link(bound, tenant, link).orElseThrow(),
                            Shop.order(returning),
                            "sandbox",
                            session));
        }

        private Tenant asPayer() {
            return Tenant.of(tenant.organization(), "system:payment-link", false);
        }

        void turn() {
            Tenant.of(tenant.organization(), "system:worker", false).call(() -> PaymentRail.run(rails, tenant));
        }

        /// Works until something holds.
        void work(BooleanSupplier isDone) throws SQLException {
            work(isDone, 40);
        }

        /// Works until something holds, for at most this number of turns. A deadlock ends a turn and not the worker.
        void work(BooleanSupplier isDone, int turns) throws SQLException {
            for (var i = 0; i < turns && !isDone.getAsBoolean(); i++) {
                hurry();
                TestTurn.take(this::turn);
            }
        }

        @Override
        public void close() {
            pool.close();
        }
    }

    Process process() {
        return new Process(database.dataSource(Logins.WORKER), sandbox, 60);
    }

    Process process(Scissors scissors) {
        return new Process(scissors.source(), scissors.endpoint(), 1);
    }

    /// Makes postponed work due at once.
    void hurry() throws SQLException {
        bound("""
            update app.payment_order set next_try_at = null
             where organization_id = '%1$s' and next_try_at is not null;
            update app.provider_request set next_try_at = now()
             where organization_id = '%1$s' and next_try_at is not null;
            update app.checkout set next_try_at = now()
             where organization_id = '%1$s' and next_try_at is not null
            """.formatted(tenant.organization()));
    }

    // --- the sandbox ---------------------------------------------------------------------------------------------

    JsonNode call(String verb, String path) {
        var request = HttpRequest.newBuilder(sandbox.resolve(path))
                .header("Authorization", "Bearer " + SECRET)
                .method(verb, HttpRequest.BodyPublishers.noBody())
                .build();
        try {
            return MAPPER.readTree(HTTP.send(request, BodyHandlers.ofString()).body());
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// The charges of an order that moved money, by the sandbox's own log.
    List<JsonNode> charges(UUID order) {
        return call("GET", "/v1/log")
                .path("data")
                .valueStream()
                .filter(one -> one.path("order").asString().equals(order.toString())
                        && one.path("status").asString().equals("succeeded"))
                .toList();
    }

    /// The sessions of the link, by the sandbox.
    List<JsonNode> sessions() {
        return call("GET", "/v1/checkouts?link=" + link)
                .path("data")
                .valueStream()
                .toList();
    }

    // --- the database --------------------------------------------------------------------------------------------

    String checkout(UUID id, String columns) {
        return superuser.one("select %s from app.checkout where id = '%s'".formatted(columns, id));
    }

    /// The newest session that was kept.
    UUID newest() {
        return UUID.fromString(superuser.one(
                "select id from app.checkout where organization_id = '%s'".formatted(tenant.organization())
                        + " order by created_at desc, id desc limit 1"));
    }

    /// Counts rows of this tenant.
    long count(String table, String which) {
        return Long.parseLong(superuser.one("select count(*) from app.%s where organization_id = '%s' and %s"
                .formatted(table, tenant.organization(), which)));
    }

    String status(UUID order) {
        return superuser.one("select coalesce(max(status), 'none') from app.payment_order where id = '" + order + "'");
    }

    /// The amount that was posted as paid for an order.
    long posted(UUID order) {
        return Long.parseLong(superuser.one("select coalesce(sum(amount), 0) from app.ledger_entry"
                + " where amount > 0 and posting = 'payment' and payment_order_id = '" + order + "'"));
    }

    void bound(String sql) throws SQLException {
        superuser.bound(tenant, sql);
    }
}
