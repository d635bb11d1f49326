package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpServer;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.auth.Anvil;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.server.settings.Configuration;
import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The whole story of a shop, on one database: docs/tour.md shows this run.
class TourTest {

    @Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @Order(2)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated();

    private static final Path PAGE = Path.of("..", "docs", "tour.md");
    private static final Path CONFIG = Path.of("..", "rls-policies", "policies", "hedgerow.yaml");
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String SUPPLIER = "0x00000000000000000000000000000000000000aa";
    private static final String TILL = "0x00000000000000000000000000000000000000bb";
    private static final String ETHER_PRICE = "10000000000000000";
    private static final Pattern CONTINUE = Pattern.compile("class=\"button\" href=\"([^\"]+)\"");

    @TempDir
    private Path folder;

    private final Tour tour = new Tour();
    private final List<Received> received = new CopyOnWriteArrayList<>();

    private record Received(HttpHeaders headers, String body) {}

    @Test
    void the_story_of_a_shop() throws Exception {
        try (var sandbox = Sandbox.start(0, Optional.empty(), Duration.ofMillis(500), Optional.empty());
                var service = serve(sandbox)) {
            tour.let("API", "http://127.0.0.1:" + service.port());
            tour.let("CHAIN", CHAIN.endpoint().toString());
            tour.say("""
                # A tour

                For everybody who wants to see the whole system at work. Each command below was run,
                and each answer is that of the run, by the test `TourTest`; names such as `$LINK`
                stand for values that differ from run to run. `hedgerow up --chain --sandbox` starts
                everything that it needs.\
                """);
            people();
            var listening = webhooks();
            try (listening) {
                link();
                wallet();
                agent();
                subscription();
                arrived(listening);
            }
            books();
        }
        checks();
        var page = tour.written();
        if (Boolean.getBoolean("hedgerow.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(Files.readString(PAGE))
                .as("write it by -Dhedgerow.write=true")
                .isEqualTo(page);
    }

    private static Service serve(Sandbox sandbox) {
        return Service.start(ServiceSettings.of(Configuration.of(
                Map.ofEntries(
                        Map.entry("port", "0"),
                        Map.entry("database", DATABASE.url(Logins.APP).libpq()),
                        Map.entry("worker", "true"),
                        Map.entry("worker-database", DATABASE.url(Logins.WORKER).libpq()),
                        Map.entry("sites", "https://shop.example"),
                        Map.entry("credential-key", "5a".repeat(32)),
                        Map.entry("wallet-key", "6b".repeat(32)),
                        Map.entry("provider-urls", "sandbox=" + sandbox.address()),
                        Map.entry("chain-endpoints", Anvil.CHAIN + "=" + CHAIN.endpoint()),
                        Map.entry("chain-confirmations", "1"),
                        Map.entry("requests-per-minute", "100000"),
                        Map.entry("log-requests", "false")),
                Map.of(),
                Optional.empty())));
    }

    // --- people --------------------------------------------------------------------------------------------------

    private void people() throws Exception {
        tour.say("""
            ## Two people sign in with their wallets

            Ada requests a message, signs it with her wallet, and gets a session. She founds an
            organization, and a key for test data.\
            """);
        signIn("ADA", "Ada");
        var shop = tour.send("ADA", "POST", "/v1/organizations", """
            {"slug": "lamps", "name": "Lamps", "country": "DE", "default_currency": "EUR"}\
            """.strip());
        tour.let("SHOP", shop.path("id").asString());
        inShop();
        tour.say("She invites Grace, who signs in with a wallet of her own and accepts.");
        var invitation = tour.send(
                "OWNER",
                "POST",
                "/v1/invitations",
                "{\"email\": \"grace@example.com\", \"role\": \"admin\"}",
                "role",
                "status");
        tour.let("INVITATION", invitation.path("secret").asString());
        signIn("GRACE", "Grace");
        tour.send("GRACE", "POST", "/v1/invitations/accept", "{\"token\": \"%s\"}".formatted(tour.value("INVITATION")));
    }

    /// The key is made by Ada's session within the organization.
    private void inShop() throws Exception {
        var key = tour.send("ADA" + Tour.IN_SHOP, "POST", "/v1/api-keys", "{\"name\": \"Ada\", \"role\": \"owner\"}");
        tour.let("OWNER", key.path("secret").asString());
    }

    private void signIn(String variable, String name) throws Exception {
        var pair =
                ECKeyPair.create(new BigInteger(1, name.getBytes(StandardCharsets.UTF_8)).add(BigInteger.TEN.pow(20)));
        var address = Keys.toChecksumAddress(Keys.getAddress(pair));
        var nonce = tour.send("", "POST", "/v1/auth/nonces", """
            {"address": "%s", "chain_id": 1, "domain": "shop.example"}\
            """.formatted(address), "purpose");
        var message = nonce.path("message").asString();
        var data = Sign.signPrefixedMessage(message.getBytes(StandardCharsets.UTF_8), pair);
        var signature = "0x" + HexFormat.of().formatHex(data.getR())
                + HexFormat.of().formatHex(data.getS()) + HexFormat.of().formatHex(data.getV());
        var json = new JsonMapper();
        var quoted = json.writeValueAsString(message);
        tour.let("MESSAGE", quoted.substring(1, quoted.length() - 1));
        tour.let("SIGNATURE", signature);
        var session = tour.send(
                "",
                "POST",
                "/v1/auth/wallet-sessions",
                "{\"message\": %s, \"signature\": \"%s\"}".formatted(quoted, signature));
        tour.let(variable, session.path("token").asString());
    }

    // --- webhooks ------------------------------------------------------------------------------------------------

    private Cli webhooks() throws Exception {
        var receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
        receiver.createContext("/hook", exchange -> {
            received.add(new Received(
                    HttpHeaders.of(exchange.getRequestHeaders(), (_, _) -> true),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        receiver.start();
        var hook = tour.let(
                "HOOK",
                "http://127.0.0.1:%d/hook".formatted(receiver.getAddress().getPort()));
        tour.say("""
            ## Events arrive

            In another terminal, `hedgerow listen` forwards the events of the key to a program
            on this machine, signed as webhooks are.\
            """);
        tour.shell("echo $OWNER >owner.txt");
        tour.shell("hedgerow listen --server $API --api-key-file owner.txt --forward-to " + hook);
        var key = Files.writeString(folder.resolve("owner.txt"), tour.value("OWNER") + "\n");
        var listen = Cli.start(
                folder, "listen", "--server=" + tour.value("API"), "--api-key-file=" + key, "--forward-to=" + hook);
        Eventually.holds("it listens", PATIENCE, () -> listen.said().contains("whsec_") || !listen.isAlive());
        return listen;
    }

    private void arrived(Cli listen) throws Exception {
        var paid = "payment_order.succeeded";
        Eventually.holds(
                "the events arrive",
                PATIENCE,
                () -> received.stream().filter(one -> type(one).equals(paid)).count() >= 6);
        var secret = Pattern.compile("whsec_([A-Za-z0-9+/=]+)").matcher(listen.said());
        assertThat(secret.find()).isTrue();
        var webhook = new Webhook(secret.group(1));
        for (var one : received) {
            webhook.verify(one.body(), one.headers());
        }
        assertThat(received.stream().map(TourTest::type))
                .contains(
                        "payment_order.created", "payment_order.confirmed", "approval.approved", "subscription.begun");
        tour.say("""
            ## The events have arrived

            Every event came, in order. The test verifies each with the library of Standard
            Webhooks; `payment_order.succeeded` came six times: for the two links, the invoice,
            and three months.\
            """);
    }

    private static String type(Received one) {
        return new JsonMapper().readTree(one.body()).path("type").asString();
    }

    // --- the link ------------------------------------------------------------------------------------------------

    private void link() throws Exception {
        tour.say("""
            ## A stranger pays a link

            The shop has an account at a provider: here the sandbox, which moves no money. It
            sells a lamp, and makes a link to the price ([payment-pages.md](payment-pages.md)).\
            """);
        tour.send("OWNER", "POST", "/v1/provider-credentials", """
            {"provider": "sandbox", "label": "Sandbox", "secret": "sk_sandbox_lamps"}\
            """, "provider", "status");
        var product = tour.let(
                "LAMP",
                tour.send("OWNER", "POST", "/v1/products", "{\"name\": \"A lamp\"}", "name")
                        .path("id")
                        .asString());
        var price = tour.let(
                "PRICE",
                tour.send("OWNER", "POST", "/v1/prices", """
                    {"product_id": "%s", "kind": "one_off", "currency": "EUR", "unit_amount_minor": 4900}\
                    """.formatted(product), "kind", "unit_amount_minor")
                        .path("id")
                        .asString());
        var link = tour.send("OWNER", "POST", "/v1/payment-links", """
            {"price_id": "%s", "max_uses": 1}\
            """.formatted(price), "status", "used", "max_uses");
        var token = tour.let("LINK", link.path("token").asString());
        tour.say("""
            The stranger opens `$API/pay/$LINK` in a browser, chooses *Pay 49.00 EUR by card*,
            chooses *A card that pays* on the page of the sandbox, and returns to the receipt:
            *Paid, 49.00 EUR*.\
            """);
        var page = URI.create(tour.value("API") + "/pay/" + token);
        assertThat(Tour.load("GET", page, "").body()).contains("Pay 49.00 EUR by card");
        var leaving = CONTINUE.matcher(Tour.load("POST", page, "").body());
        assertThat(leaving.find()).isTrue();
        var chosen = Tour.load("POST", URI.create(leaving.group(1)), "method=pm_card");
        var receipt = URI.create(chosen.headers().firstValue("Location").orElseThrow());
        assertThat(receipt.toString()).startsWith(page + "/");
        Eventually.holds("the receipt", PATIENCE, () -> body(receipt).contains("<h1>Paid</h1>"));
        tour.send(
                "OWNER",
                "GET",
                "/v1/payment-links/" + tour.let("LINK_ID", link.path("id").asString()),
                "",
                "status",
                "used",
                "max_uses");
    }

    // --- the wallet ----------------------------------------------------------------------------------------------

    private void wallet() throws Exception {
        tour.say("""
            ## A stranger pays from a wallet

            The shop sells the lamp for 0.01 ether as well, to an address of its own. It needs
            neither a provider nor a wallet of the server for it.\
            """);
        var price = tour.let(
                "ETHER_PRICE",
                tour.send(
                                "OWNER",
                                "POST",
                                "/v1/prices",
                                """
                                {"product_id": "%s", "kind": "one_off", "asset": "ETH.31337", "unit_amount": "%s"}\
                                """.formatted(tour.value("LAMP"), ETHER_PRICE),
                                "kind",
                                "asset")
                        .path("id")
                        .asString());
        var link = tour.send(
                "OWNER", "POST", "/v1/payment-links", """
                    {"price_id": "%s", "max_uses": 1, "recipient_address": "%s"}\
                    """.formatted(price, TILL), "status", "used", "max_uses");
        var token = tour.let("ETHER_LINK", link.path("token").asString());
        tour.say("""
            The stranger opens `$API/pay/$ETHER_LINK`, chooses *Pay 0.01 ETH from a wallet*, and is
            asked for an amount of their own: the price and a few wei, `$SUM`. They scan the code
            and pay; here from an account of the local chain.\
            """);
        var page = URI.create(tour.value("API") + "/pay/" + token);
        assertThat(Tour.load("GET", page, "").body()).contains("Pay 0.01 ETH from a wallet");
        var receipt = requested(page);
        var sum = tour.let("SUM", amount(receipt));
        assertThat(body(receipt)).contains("@31337?value=" + sum);
        var payer = tour.let("PAYER", rpc("eth_accounts", "").path(0).asString());
        var value = tour.let("VALUE", "0x" + new BigInteger(sum).toString(16));
        var hash = rpc(
                        "eth_sendTransaction",
                        "{\"from\": \"%s\", \"to\": \"%s\", \"value\": \"%s\"}".formatted(payer, TILL, value))
                .asString();
        tour.shell(
                "curl -s $CHAIN --json '{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"eth_sendTransaction\","
                        + " \"params\": [{\"from\": \"$PAYER\", \"to\": \"%s\", \"value\": \"$VALUE\"}]}'"
                                .formatted(TILL),
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"%s\"}".formatted(tour.let("HASH", hash)));
        Eventually.holds("the receipt", PATIENCE, () -> {
            rpcQuietly("anvil_mine", "\"0x1\"");
            return body(receipt).contains("<h1>Paid</h1>");
        });
        tour.say("Once the payment is deep enough in the chain, the page is the receipt. The order is settled.");
        var order = tour.let("ETHER_ORDER", receipt.getPath().replaceAll(".*/", ""));
        tour.send("OWNER", "GET", "/v1/payment-orders/" + order, "", "status", "asset", "amount");
        var deposit = tour.send("OWNER", "GET", "/v1/deposits?payment_order_id=" + order, "");
        var id = tour.let("DEPOSIT", deposit.at("/data/0/id").asString());
        tour.send("OWNER", "GET", "/v1/deposits/" + id, "", "status", "amount", "transaction_hash");
    }

    /// The page of a new request, whose amount differs from the price.
    private static URI requested(URI page) throws Exception {
        URI receipt;
        do {
            var begun = Tour.load("POST", page, "");
            assertThat(begun.statusCode()).as(begun.body()).isEqualTo(303);
            receipt = page.resolve(begun.headers().firstValue("Location").orElseThrow());
        } while (amount(receipt).equals(ETHER_PRICE));
        return receipt;
    }

    private static String amount(URI receipt) {
        return one("select amount from app.payment_order where id = '%s'"
                .formatted(receipt.getPath().replaceAll(".*/", "")));
    }

    private static String body(URI page) {
        try {
            return Tour.load("GET", page, "").body();
        } catch (java.io.IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // --- the agent -----------------------------------------------------------------------------------------------

    private void agent() throws Exception {
        tour.say("""
            ## An agent pays an invoice on a chain

            The server makes a wallet on the local chain, whose key nobody sees. The agent may
            pay the supplier alone, and needs a person above 0.5 ether ([agents.md](agents.md)).\
            """);
        var wallet = tour.send("OWNER", "POST", "/v1/wallets", """
            {"kind": "server", "chain": "eip155:31337", "label": "Suppliers"}\
            """, "kind", "status");
        tour.let("WALLET", wallet.path("id").asString());
        var address = tour.let("ADDRESS", wallet.path("address").asString());
        rpc("anvil_setBalance", "\"%s\", \"0x8ac7230489e80000\"".formatted(address));
        tour.shell(
                "curl -s $CHAIN --json '{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"anvil_setBalance\","
                        + " \"params\": [\"$ADDRESS\", \"0x8ac7230489e80000\"]}'",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":null}");
        var agent = tour.let(
                "AGENT",
                tour.send("OWNER", "POST", "/v1/agents", """
                    {"name": "Invoices", "model_provider": "example", "model_name": "example-1", \
                    "agent_wallet_id": "%s", \
                    "capabilities": ["execute_payment", "create_order"]}\
                    """.formatted(tour.value("WALLET")), "name", "status")
                        .path("id")
                        .asString());
        tour.send("OWNER", "POST", "/v1/agent-limits", """
            {"agent_id": "%s", "asset": "ETH.31337", "per_payment": "2000000000000000000", \
            "per_period": "5000000000000000000", \
            "period": "month", "requires_approval_above": "500000000000000000", "allowed_recipients": ["%s"]}\
            """.formatted(agent, SUPPLIER), "asset", "left");
        tour.send("OWNER", "POST", "/v1/agents/" + agent + "/activate", "", "status");
        var key = tour.send(
                "OWNER",
                "POST",
                "/v1/api-keys",
                "{\"name\": \"Invoices\", \"role\": \"agent\", \"agent_id\": \"%s\"}".formatted(agent),
                "role");
        tour.let("AGENT_KEY", key.path("secret").asString());
        tour.say("The agent's language model gets tools by the agent's key.");
        tour.shell("echo $AGENT_KEY >agent.txt");
        tour.shell("hedgerow mcp --server $API --api-key-file agent.txt --port 8931");
        var file = Files.writeString(folder.resolve("agent.txt"), tour.value("AGENT_KEY") + "\n");
        try (var mcp =
                Cli.start(folder, "mcp", "--server=" + tour.value("API"), "--api-key-file=" + file, "--port=0")) {
            var listening = Pattern.compile("http://127.0.0.1:[0-9]+/mcp");
            Eventually.holds(
                    "it listens", PATIENCE, () -> listening.matcher(mcp.said()).find() || !mcp.isAlive());
            var found = listening.matcher(mcp.said());
            assertThat(found.find()).as(mcp.said()).isTrue();
            tour.let("MCP", found.group());
            invoice();
        }
    }

    private void invoice() throws Exception {
        tour.say("An invoice of 1 ether comes in. The model makes an order for it and confirms it. Above the threshold,"
                + " the server asks a person.");
        var order = tour.let(
                "INVOICE",
                tour.call("create_order", """
                    {"purchase_id": "invoice-17", "asset": "ETH.31337", "amount": "1000000000000000000", \
                    "recipient_address": "%s"}\
                    """.formatted(SUPPLIER), "status", "next")
                        .path("id")
                        .asString());
        tour.call("confirm_order", "{\"order_id\": \"%s\"}".formatted(order), "status", "next");
        tour.say("The agent's key is Ada's, so that she cannot approve alone; Grace does, and the worker" + " pays.");
        var approval = tour.send("GRACE" + Tour.IN_SHOP, "GET", "/v1/approvals?status=pending", "");
        var id = tour.let("APPROVAL", approval.at("/data/0/id").asString());
        tour.send("GRACE" + Tour.IN_SHOP, "POST", "/v1/approvals/" + id + "/approve", "{}", "status");
        Eventually.holds("the worker pays", PATIENCE, () -> {
            rpcQuietly("anvil_mine", "\"0x1\"");
            return one("select status from app.payment_order where id = '%s'".formatted(order))
                    .equals("succeeded");
        });
        tour.call("get_order", "{\"order_id\": \"%s\"}".formatted(order), "status", "next");
        assertThat(rpc("eth_getBalance", "\"%s\", \"latest\"".formatted(SUPPLIER))
                        .asString())
                .isEqualTo("0xde0b6b3a7640000");
        tour.shell(
                "curl -s $CHAIN --json '{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"eth_getBalance\","
                        + " \"params\": [\"%s\", \"latest\"]}'".formatted(SUPPLIER),
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0xde0b6b3a7640000\"}");
    }

    // --- the subscription ----------------------------------------------------------------------------------------

    private void subscription() throws Exception {
        tour.say("""
            ## A subscription bills three months

            A customer pays 20.00 EUR a month by a card at the sandbox. A test clock is the time
            of the subscription ([billing.md](billing.md)).\
            """);
        var customer = tour.let(
                "CUSTOMER",
                tour.send("OWNER", "POST", "/v1/customers", "{\"name\": \"Alan\"}", "name")
                        .path("id")
                        .asString());
        var method = tour.let(
                "METHOD",
                tour.send("OWNER", "POST", "/v1/payment-methods", """
                    {"customer_id": "%s", "kind": "card", "provider": "sandbox", "provider_token": "pm_card", \
                    "expires_month": 12, "expires_year": 2050}\
                    """.formatted(customer), "kind", "status")
                        .path("id")
                        .asString());
        var price = tour.let(
                "MONTHLY",
                tour.send("OWNER", "POST", "/v1/prices", """
                    {"product_id": "%s", "kind": "recurring", "currency": "EUR", "unit_amount_minor": 2000, \
                    "interval_unit": "month", "interval_count": 1}\
                    """.formatted(tour.value("LAMP")), "kind")
                        .path("id")
                        .asString());
        var clock = tour.let(
                "CLOCK",
                tour.send("OWNER", "POST", "/v1/test-clocks", """
                    {"name": "Three months", "now_at": "2036-01-31T00:00:00Z"}\
                    """, "now_at", "status")
                        .path("id")
                        .asString());
        var subscription = tour.let(
                "SUBSCRIPTION",
                tour.send("OWNER", "POST", "/v1/subscriptions", """
                    {"customer_id": "%s", "price_id": "%s", "payment_method_id": "%s", "test_clock_id": "%s"}\
                    """.formatted(customer, price, method, clock), "status")
                        .path("id")
                        .asString());
        tour.send("OWNER", "POST", "/v1/subscriptions/" + subscription + "/begin", "", "status", "period_ends_at");
        tour.send(
                "OWNER",
                "POST",
                "/v1/test-clocks/" + clock + "/advance",
                "{\"now_at\": \"2036-04-01T00:00:00Z\"}",
                "now_at",
                "status");
        Eventually.holds(
                "three months are paid",
                PATIENCE,
                () -> one("select count(*) from app.payment_order where subscription_id = '%s' and status = 'succeeded'"
                                .formatted(subscription))
                        .equals("3"));
        tour.send(
                "OWNER",
                "GET",
                "/v1/subscriptions/" + subscription,
                "",
                "status",
                "period_started_at",
                "period_ends_at");
        tour.send("OWNER", "GET", "/v1/test-clocks/" + clock, "", "now_at", "status");
    }

    // --- the books, and the database -----------------------------------------------------------------------------

    private void books() throws Exception {
        tour.say("## The books balance\n\n"
                + "Debits less credits: in cents what the link and the subscription sold, in wei what the"
                + " stranger and the agent paid.");
        var accounts = tour.send("OWNER", "GET", "/v1/ledger-accounts?limit=100", "");
        var sum = tour.value("SUM");
        balance(accounts, "SALES", "sales", "EUR", "-10900");
        balance(accounts, "ETHER_SALES", "sales", "ETH.31337", "-" + sum);
        balance(accounts, "TILL_ACCOUNT", "wallet_" + TILL.substring(2), "ETH.31337", sum);
        balance(accounts, "PAYMENTS", "payments", "ETH.31337", "1000000000000000000");
        assertThat(rpc("eth_getBalance", "\"%s\", \"latest\"".formatted(TILL)).asString())
                .as("what the chain has for the till")
                .isEqualTo(tour.value("VALUE"));
        assertThat(one("select count(*) from (select sum(e.amount) from app.ledger_entry e group by"
                        + " e.transaction_id, e.unit having sum(e.amount) <> 0) t"))
                .as("each transaction sums to zero")
                .isEqualTo("0");
    }

    private void balance(JsonNode accounts, String name, String code, String unit, String expected) throws Exception {
        var id = accounts.path("data")
                .valueStream()
                .filter(account -> account.path("code").asString().equals(code)
                        && account.path("unit").asString().equals(unit))
                .findFirst()
                .orElseThrow()
                .path("id")
                .asString();
        tour.let(name, id);
        var balance =
                tour.send("OWNER", "GET", "/v1/ledger-accounts/" + id + "/balance", "", "unit", "balance", "entries");
        assertThat(balance.path("balance").asString()).isEqualTo(expected);
    }

    private void checks() throws Exception {
        tour.say("""
            ## The database holds

            The audit log is intact. The review finds nothing in this very database, and no
            claim about its policies is refuted.\
            """);
        assertThat(one("select bool_and(intact) from app.verify_audit_log()")).isEqualTo("t");
        tour.shell("psql -X -A -t -c 'select bool_and(intact) from app.verify_audit_log()' \"$ADMIN_URL\"", "t");
        var config = "--config rls-policies/policies/hedgerow.yaml";
        tour.shell("hedgerow review " + config + " \"$REVIEWER_URL\" >review.txt; echo $?", "0");
        tour.shell("hedgerow prove --copy " + config + " \"$ADMIN_URL\" | grep -c '^refuted'", "0");
    }

    /// The last two commands of the page.
    private void hold() {
        var review = InProcess.run(
                new ReviewCommand(),
                "--config=" + CONFIG,
                DATABASE.url(Logins.REVIEWER).libpq());
        assertThat(review.exit()).as(review.said()).isZero();
        var prove = InProcess.run(
                new ProveCommand(),
                "--copy",
                "--config=" + CONFIG,
                DATABASE.adminUrl().libpq());
        assertThat(prove.said()).doesNotContainPattern("(?m)^refuted").containsPattern("(?m)^P +disjoint-reads");
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static void rpcQuietly(String method, String parameters) {
        try {
            rpc(method, parameters);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static JsonNode rpc(String method, String parameters) throws Exception {
        var answer = java.net.http.HttpClient.newHttpClient()
                .send(
                        java.net.http.HttpRequest.newBuilder(CHAIN.endpoint())
                                .header("Content-Type", "application/json")
                                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(
                                        "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"%s\", \"params\": [%s]}"
                                                .formatted(method, parameters)))
                                .build(),
                        java.net.http.HttpResponse.BodyHandlers.ofString());
        return new JsonMapper().readTree(answer.body()).path("result");
    }

    private static String one(String sql) {
        try (var connection = DATABASE.admin()) {
            return FirstColumn.of(connection, sql).getFirst();
        } catch (java.sql.SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}
