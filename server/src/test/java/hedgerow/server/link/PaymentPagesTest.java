package hedgerow.server.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import hedgerow.server.auth.Anvil;
import hedgerow.server.http.Sha256;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// A stranger opens a payment link and pays it, or learns clearly why not.
class PaymentPagesTest {

    @Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @Order(2)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String RECIPIENT = "0x00000000000000000000000000000000000000aa";

    private static Shop shop;

    @BeforeAll
    static void open() {
        shop = new Shop(
                        DATABASE,
                        Map.of(
                                "chain-endpoints", Anvil.CHAIN + "=" + CHAIN.endpoint(),
                                "chain-confirmations", "1",
                                "chain-poll", "0.2s"))
                .withAccount();
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    // --- paying --------------------------------------------------------------------------------------------------

    @Test
    void a_stranger_pays_by_card_and_gets_a_receipt() {
        var link = shop.link("A lamp", 4_900, ", \"max_uses\": 1");
        var page = shop.get(link.path());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Pay Acme", "49.00 EUR", "A lamp", "Test mode. No money moves.");
        var provider = shop.begin(link);
        assertThat(Shop.get(provider).body()).contains("You pay 49.00 EUR to Acme", "takes no card number");
        var returning = Shop.choose(provider, "pm_card");
        assertThat(Shop.get(returning).body()).contains("Your payment is in progress");
        var receipt = URI.create(returning.toString().replaceAll("[?].*", ""));
        Eventually.holds(
                "the worker charges the card",
                PATIENCE,
                () -> Shop.get(receipt).body().contains("<h1>Paid</h1>"));
        assertThat(Shop.get(receipt).body())
                .contains(
                        "49.00 EUR",
                        "Received on",
                        "A lamp",
                        Shop.order(returning).toString());
        assertThat(shop.one("select used from app.payment_link where id = '%s'".formatted(link.id())))
                .isEqualTo("1");
        assertThat(shop.get(link.path()).statusCode()).as("used up").isEqualTo(410);
        assertThat(shop.one("select string_agg(type, ' ' order by sequence, created_at, id) from app.outbox_event"
                        + " where subject_id = '%s'".formatted(Shop.order(returning))))
                .startsWith("payment_order.created payment_order.confirmed");
    }

    @Test
    void a_payer_who_never_returns_pays_all_the_same() {
        var credential = shop.one("select id from app.provider_credential where provider = 'sandbox'"
                + " and status = 'active' and label = 'Sandbox' and organization_id = " + tenant("acme"));
        var path = "/v1/provider-credentials/" + credential;
        shop.made(path + "/webhook-secret", "{\"secret\": \"whsec_0123456789abcdef\"}");
        var hook = shop.made(path + "/webhook", "").path("webhook_path").asString();
        shop.sandbox.notify(new Sandbox.Target(shop.address(hook), "whsec_0123456789abcdef"));
        var link = shop.link("A lamp", 4_900, "");
        var provider = shop.begin(link);
        shop.run("acme", false, "update app.checkout set next_try_at = now() + interval '1 day' where status = 'open'");
        var order = Shop.order(Shop.choose(provider, "pm_card"));
        Eventually.holds(
                "the webhook has the session looked up, and the worker charges the card",
                PATIENCE,
                () -> shop.get(link.path() + "/" + order).body().contains("<h1>Paid</h1>"));
        assertThat(shop.one("select status from app.checkout where id = '%s'".formatted(order)))
                .isEqualTo("completed");
    }

    @Test
    void a_card_that_is_declined_pays_nothing_and_frees_the_link() {
        var link = shop.link("A lamp", 4_900, ", \"max_uses\": 1");
        var returning = Shop.choose(shop.begin(link), "pm_declined");
        Shop.get(returning);
        Eventually.holds(
                "the card is declined",
                PATIENCE,
                () -> Shop.get(returning).body().contains("The card was declined"));
        assertThat(shop.get(link.path()).statusCode())
                .as("somebody else may use it")
                .isEqualTo(200);
    }

    @Test
    void a_payer_who_returns_many_times_at_once_pays_once() throws Exception {
        var link = shop.link("A lamp", 4_900, "");
        var returning = Shop.choose(shop.begin(link), "pm_card");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = threads.invokeAll(Stream.<Callable<Integer>>generate(
                            () -> () -> Shop.get(returning).statusCode())
                    .limit(12)
                    .toList());
            for (var one : all) {
                assertThat(one.get()).isEqualTo(200);
            }
        }
        assertThat(orders(link)).isEqualTo("1");
        assertThat(shop.one("select count(*) from app.customer c join app.payment_order o on o.customer_id = c.id"
                        + " where o.payment_link_id = '%s'".formatted(link.id())))
                .isEqualTo("1");
    }

    @Test
    void a_payer_who_returns_without_a_card_is_led_back_to_the_provider() {
        var link = shop.link("A lamp", 4_900, "");
        var provider = shop.begin(link);
        var session = provider.getPath().replaceAll(".*/", "");
        var page = shop.get(link.path() + "/" + UUID.randomUUID() + "?provider=sandbox&session=" + session);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Nothing has been paid yet", provider.toString());
        assertThat(orders(link)).isEqualTo("0");
    }

    @Test
    void the_price_that_was_shown_is_the_price_that_is_paid() {
        var link = shop.link("A lamp", 4_900, "");
        var returning = Shop.choose(shop.begin(link), "pm_card");
        shop.run(
                "acme",
                false,
                "update app.price set unit_amount_minor = 490000 where id = '%s'".formatted(link.price()));
        var page = Shop.get(returning);
        assertThat(page.statusCode()).isEqualTo(409);
        assertThat(page.body()).contains("The price has changed", "Nothing was charged");
        assertThat(orders(link)).isEqualTo("0");
    }

    @Test
    void an_asset_is_paid_from_a_wallet_by_a_uri_and_its_code() throws Exception {
        var link = shop.link(
                "Ether",
                "\"asset\": \"ETH.31337\", \"unit_amount\": \"1500000\"",
                ", \"quantity\": 3, \"recipient_address\": \"%s\"".formatted(RECIPIENT));
        assertThat(shop.get(link.path()).body()).contains("3 x Ether", "Pay 0.0000000000045 ETH from a wallet");
        assertThat(orders(link)).as("looking at it requests nothing").isEqualTo("0");
        var request = shop.request(link);
        assertThat(shop.get(shop.link("A lamp", 4_900, "").path() + "/" + Shop.order(request))
                        .statusCode())
                .as("at another link")
                .isEqualTo(404);
        var page = Shop.get(request).body();
        var amount = shop.one("select amount from app.payment_order where id = '%s'".formatted(Shop.order(request)));
        assertThat(new BigInteger(amount)).isBetween(BigInteger.valueOf(4_500_000), BigInteger.valueOf(4_504_500));
        var uri = "ethereum:0x00000000000000000000000000000000000000AA@31337?value=" + amount;
        assertThat(page).contains("Waiting for your payment", "Local development chain", "href=\"" + uri + "\"");
        assertThat(scanned(page)).isEqualTo(uri);
        assertThat(Shop.get(request).headers().firstValue("Refresh")).contains("5");
    }

    @Test
    void a_stranger_pays_from_a_wallet_and_gets_a_receipt() {
        var link = shop.link(
                "Ether",
                "\"asset\": \"ETH.31337\", \"unit_amount\": \"2000000\"",
                ", \"max_uses\": 1, \"recipient_address\": \"0x00000000000000000000000000000000000000bb\"");
        var request = shop.request(link);
        assertThat(shop.get(link.path()).statusCode()).as("others may pay").isEqualTo(200);
        pay(request, "0x00000000000000000000000000000000000000bb");
        Eventually.holds(
                "the worker notices the payment",
                PATIENCE,
                () -> Shop.get(request).body().contains("<h1>Paid</h1>"));
        assertThat(Shop.get(request).body())
                .contains("Received on", Shop.order(request).toString());
        assertThat(shop.one(
                        "select status from app.deposit where payment_order_id = '%s'".formatted(Shop.order(request))))
                .isEqualTo("settled");
        var deposits = shop.owner("GET", "/v1/deposits?payment_order_id=" + Shop.order(request), "");
        assertThat(deposits.body()).contains("\"status\":\"settled\"", "\"object\":\"deposit\"");
    }

    /// A stranger who requests a payment and leaves holds nothing.
    @Test
    void the_first_stranger_who_pays_has_the_last_use_of_a_link() {
        var recipient = "0x00000000000000000000000000000000000000dd";
        var link = shop.link(
                "Ether",
                "\"asset\": \"ETH.31337\", \"unit_amount\": \"2000000\"",
                ", \"max_uses\": 1, \"recipient_address\": \"%s\"".formatted(recipient));
        var left = shop.request(link);
        var paid = shop.request(link);
        assertThat(used(link)).isEqualTo("0");
        pay(paid, recipient);
        Eventually.holds(
                "the second is paid", PATIENCE, () -> Shop.get(paid).body().contains("<h1>Paid</h1>"));
        assertThat(used(link)).isEqualTo("1");
        assertThat(shop.get(link.path()).statusCode()).as("used up").isEqualTo(410);
        assertThat(shop.post(link.path()).statusCode()).as("used up").isEqualTo(410);
        assertThat(Shop.get(left).body()).contains("Do not pay any more").doesNotContain("ethereum:");
        pay(left, recipient);
        Eventually.holds(
                "a person decides about the other payment",
                PATIENCE,
                () -> shop.one("select count(*) from app.deposit where review_reason = 'link_used_up' and"
                                + " payment_order_id = '%s'".formatted(Shop.order(left)))
                        .equals("1"));
        assertThat(shop.one("select count(*) from app.payment_attempt where payment_order_id = '%s'"
                        .formatted(Shop.order(left))))
                .isEqualTo("0");
        assertThat(used(link)).isEqualTo("1");
    }

    private static String used(Shop.Link link) {
        return shop.one("select used from app.payment_link where id = '%s'".formatted(link.id()));
    }

    @Test
    void strangers_who_pay_one_link_at_once_are_asked_for_different_amounts() throws Exception {
        var link = shop.link(
                "Ether",
                "\"asset\": \"ETH.31337\", \"unit_amount\": \"1000\"",
                ", \"recipient_address\": \"0x00000000000000000000000000000000000000cc\"");
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var one : threads.invokeAll(Stream.<Callable<Integer>>generate(
                            () -> () -> shop.post(link.path()).statusCode())
                    .limit(4)
                    .toList())) {
                assertThat(one.get()).isIn(303, 503);
            }
        }
        assertThat(shop.one("select count(*) = count(distinct amount) and count(*) > 1 and max(amount) < 1010"
                        + " from app.payment_order where payment_link_id = '%s'".formatted(link.id())))
                .isEqualTo("t");
    }

    /// Nobody would notice the payment.
    @Test
    void nobody_is_asked_for_a_payment_on_a_chain_that_is_not_watched() {
        var link = shop.link(
                "A lamp",
                "\"asset\": \"USDC.84532\", \"unit_amount\": \"1500000\"",
                ", \"recipient_address\": \"%s\"".formatted(RECIPIENT));
        var page = shop.post(link.path());
        assertThat(page.statusCode()).isEqualTo(503);
        assertThat(page.body()).contains("Payments from wallets are not taken at the moment");
        assertThat(orders(link)).isEqualTo("0");
    }

    private static void pay(URI request, String recipient) {
        var amount = shop.one("select amount from app.payment_order where id = '%s'".formatted(Shop.order(request)));
        var from = CHAIN.rpc("eth_accounts").path(0).asString();
        CHAIN.rpc(
                "eth_sendTransaction",
                Map.of("from", from, "to", recipient, "value", "0x" + new BigInteger(amount).toString(16)));
        CHAIN.rpc("anvil_mine", "0x2");
    }

    // --- links that are not open ---------------------------------------------------------------------------------

    @Test
    void an_unknown_token_is_not_found() {
        for (var token : new String[] {"A".repeat(32), "short", "A".repeat(65), "%00".repeat(20), "..%2f..%2fetc"}) {
            assertThat(shop.get("/pay/" + token).statusCode()).as(token).isIn(400, 404);
        }
        var page = shop.get("/pay/" + "A".repeat(32));
        assertThat(page.body()).contains("There is no such payment");
        assertThat(shop.post("/pay/" + "A".repeat(32)).statusCode()).isEqualTo(404);
    }

    @Test
    void an_expired_link_is_gone() {
        var link = shop.link("A lamp", 4_900, "");
        shop.run(
                "acme",
                false,
                "update app.payment_link set created_at = now() - interval '2 days',"
                        + " expires_at = now() - interval '1 day' where id = '%s'".formatted(link.id()));
        isClosed(link, 410, "This payment link has expired");
    }

    @Test
    void a_disabled_link_is_gone_until_it_is_enabled() {
        var link = shop.link("A lamp", 4_900, "");
        shop.made("/v1/payment-links/" + link.id() + "/disable", "");
        isClosed(link, 410, "This payment link is closed");
        shop.made("/v1/payment-links/" + link.id() + "/enable", "");
        assertThat(shop.get(link.path()).statusCode()).isEqualTo(200);
    }

    @Test
    void a_price_that_is_not_on_sale_is_gone() {
        var link = shop.link("A lamp", 4_900, "");
        shop.made("/v1/prices/" + link.price() + "/deactivate", "");
        isClosed(link, 410, "This payment link is closed");
    }

    @Test
    void a_link_that_closes_on_the_way_takes_no_card() {
        var link = shop.link("A lamp", 4_900, "");
        var returning = Shop.choose(shop.begin(link), "pm_card");
        shop.made("/v1/payment-links/" + link.id() + "/disable", "");
        assertThat(Shop.get(returning).statusCode()).isEqualTo(410);
        assertThat(orders(link)).isEqualTo("0");
    }

    @Test
    void a_suspended_seller_takes_no_payment() {
        shop.run("globex", false, link("globex", false, "B"));
        assertThat(shop.get("/pay/" + "B".repeat(32)).statusCode()).isEqualTo(200);
        shop.run(
                "acme",
                false,
                "select app_private.suspend_tenant(id, 'test') from app.organization where slug = 'globex'");
        try {
            var page = shop.get("/pay/" + "B".repeat(32));
            assertThat(page.statusCode()).isEqualTo(403);
            assertThat(page.body())
                    .contains("This seller takes no payments at present")
                    .doesNotContain("Globex");
        } finally {
            shop.run(
                    "acme",
                    false,
                    "select app_private.reinstate_tenant(id) from app.organization where slug = 'globex'");
        }
    }

    @Test
    void a_link_without_a_way_to_pay_says_so() {
        var link = shop.link("A lamp", "\"asset\": \"ETH.84532\", \"unit_amount\": \"1\"", "");
        isClosed(link, 409, "This payment link cannot be paid");
        shop.run("globex", false, link("globex", false, "C"));
        var page = shop.get("/pay/" + "C".repeat(32));
        assertThat(page.body()).as("no account at a provider").contains("This link cannot be paid at the moment");
        assertThat(shop.post("/pay/" + "C".repeat(32)).statusCode()).isEqualTo(503);
    }

    @Test
    void test_and_live_never_meet() {
        shop.run("acme", true, link("acme", true, "D"));
        var live = shop.get("/pay/" + "D".repeat(32));
        assertThat(live.statusCode()).isEqualTo(200);
        assertThat(live.body())
                .as("the sandbox takes test data alone")
                .contains("cannot be paid at the moment")
                .doesNotContain("Test mode");
        var test = shop.link("A lamp", 4_900, "");
        var returning = Shop.choose(shop.begin(test), "pm_card");
        Shop.get(returning);
        assertThat(shop.get("/pay/" + "D".repeat(32) + "/" + Shop.order(returning))
                        .statusCode())
                .as("a payment of the other mode")
                .isEqualTo(404);
        var order = shop.owner(
                "POST",
                "/v1/payment-orders",
                "{\"payment_link_id\": \"%s\"}"
                        .formatted(shop.one("select id from app.payment_link where token = '" + "D".repeat(32) + "'")));
        assertThat(order.statusCode()).isEqualTo(422);
        assertThat(order.body()).contains("the payment link does not exist");
    }

    // --- attacks -------------------------------------------------------------------------------------------------

    @Test
    void what_a_seller_writes_is_shown_and_never_run() {
        var attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{style}";
        var link = shop.link(attack, 4_900, ", \"description\": \"<b onclick=alert(1)>{uri}\"");
        var page = shop.get(link.path()).body();
        assertThat(page)
                .contains(
                        "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&lt;img src=x onerror=alert(1)&gt;{style}",
                        "&lt;b onclick=alert(1)&gt;{uri}")
                .doesNotContain("<script", "<img", "<b ");
    }

    @Test
    void a_page_is_strict_private_and_never_kept() {
        for (var page : new HttpResponse<?>[] {
            shop.get(shop.link("A lamp", 4_900, "").path()), shop.get("/pay/" + "A".repeat(32))
        }) {
            var policy = page.headers().firstValue("Content-Security-Policy").orElseThrow();
            assertThat(policy)
                    .contains("default-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe", "script-src", "http");
            assertThat(policy).contains("style-src 'sha256-");
            assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(page.headers().firstValue("Referrer-Policy")).contains("no-referrer");
            assertThat(page.headers().firstValue("X-Robots-Tag")).contains("noindex, nofollow");
            assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
            assertThat(page.headers().firstValue("Set-Cookie")).isEmpty();
        }
    }

    @Test
    void somebody_elses_session_or_order_pays_nothing_here() {
        var mine = shop.link("A lamp", 4_900, "");
        var other = shop.link("Another lamp", 4_900, "");
        var returning = Shop.choose(shop.begin(other), "pm_card");
        var tail = returning.getPath().replaceAll(".*/", "") + "?" + returning.getQuery();
        assertThat(shop.get(mine.path() + "/" + tail).statusCode())
                .as("a session of another link")
                .isEqualTo(404);
        assertThat(shop.get(other.path() + "/" + UUID.randomUUID() + "?" + returning.getQuery())
                        .statusCode())
                .as("another order")
                .isEqualTo(404);
        assertThat(Shop.get(returning).statusCode()).isEqualTo(200);
        assertThat(shop.get(mine.path() + "/" + Shop.order(returning)).statusCode())
                .as("the receipt of another link")
                .isEqualTo(404);
        for (var tried : new String[] {
            "?provider=sandbox&session=sh_" + "0".repeat(32),
            "?provider=stripe&session=cs_1",
            "?provider=..&session=1",
            "?provider=sandbox&session=..%2fcharges",
            ""
        }) {
            assertThat(shop.get(mine.path() + "/" + UUID.randomUUID() + tried).statusCode())
                    .as(tried)
                    .isEqualTo(404);
        }
        assertThat(orders(mine)).isEqualTo("0");
    }

    @Test
    void the_look_up_shows_ids_alone_to_the_worker_alone() throws SQLException {
        var link = shop.link("A lamp", 4_900, "");
        var call = "select * from app.find_payment_link('\\x%s')"
                .formatted(HexFormat.of().formatHex(Sha256.of(link.token())));
        var globex = shop.one("select id from app.organization where slug = 'globex'");
        try (var app = DATABASE.app();
                var statement = app.createStatement()) {
            assertThatThrownBy(() -> statement.execute(call)).hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute("select * from app_private.link_way"))
                    .hasMessageContaining("permission denied");
        }
        try (var worker = DATABASE.worker();
                var statement = worker.createStatement()) {
            try (var rows = statement.executeQuery(call)) {
                assertThat(rows.getMetaData().getColumnCount()).isEqualTo(3);
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("link_id")).isEqualTo(link.id());
                assertThat(rows.next()).isFalse();
            }
            assertThatThrownBy(() -> statement.execute("select * from app_private.link_way"))
                    .hasMessageContaining("permission denied");
            assertThatThrownBy(() -> statement.execute(
                            "begin; select app.bind('%s', 'system:worker', false); ".formatted(globex) + call))
                    .as("bound to a tenant")
                    .hasMessageContaining("bound to a tenant");
        }
    }

    @Test
    void guesses_are_counted_by_address() {
        try (var strict = new Shop(DATABASE, Map.of())) {
            var statuses = Stream.generate(
                            () -> strict.get("/pay/" + UUID.randomUUID()).statusCode())
                    .limit(130)
                    .toList();
            assertThat(statuses.subList(0, 100)).containsOnly(404);
            assertThat(statuses).contains(429);
            var busy = Stream.generate(() -> strict.get("/pay/" + UUID.randomUUID()))
                    .limit(20)
                    .filter(page -> page.statusCode() == 429)
                    .findFirst()
                    .orElseThrow();
            assertThat(busy.headers().firstValue("Retry-After")).contains("60");
            assertThat(busy.body()).contains("Too many requests");
        }
    }

    /// Ten amounts can be asked for; each that is requested stays taken for a day.
    @Test
    void who_requests_payments_and_pays_none_leaves_amounts_for_others() {
        var link = shop.link(
                "Ether",
                "\"asset\": \"ETH.31337\", \"unit_amount\": \"1000\"",
                ", \"recipient_address\": \"0x00000000000000000000000000000000000000ee\"");
        var attack = Stream.generate(() -> shop.post(link.path(), "203.0.113.7"))
                .limit(20)
                .toList();
        assertThat(attack).filteredOn(page -> page.statusCode() == 303).hasSize(3);
        assertThat(attack.getLast().statusCode()).isEqualTo(429);
        assertThat(attack.getLast().body()).contains("Your network has requested too many payments today");
        assertThat(shop.post(link.path()).statusCode()).as("somebody else").isEqualTo(303);
        assertThat(orders(link)).isEqualTo("4");
    }

    /// An IPv6 client has more addresses than there are payers.
    @Test
    void a_client_with_many_addresses_counts_once() {
        var path = "/pay/" + "A".repeat(32);
        var statuses = IntStream.range(0, 30)
                .mapToObj(i -> shop.post(path, "2001:db8:1:2::" + i).statusCode())
                .toList();
        assertThat(statuses.subList(0, 20)).containsOnly(404);
        assertThat(statuses).endsWith(429);
        assertThat(shop.post(path, "2001:db8:1:3::1").statusCode())
                .as("another client")
                .isEqualTo(404);
    }

    @Test
    void no_token_reaches_the_log() {
        var log = new ByteArrayOutputStream();
        var before = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try (var talkative = new Shop(DATABASE, Map.of("log-requests", "true"))) {
            var link = talkative.link("A lamp", 4_900, "");
            var returning = Shop.choose(talkative.begin(link), "pm_card");
            Shop.get(returning);
            assertThat(log.toString(StandardCharsets.UTF_8))
                    .contains("/pay/{token}", "/pay/{token}/{order}")
                    .doesNotContain(link.token(), HexFormat.of().formatHex(Sha256.of(link.token())));
        } finally {
            System.setErr(before);
        }
    }

    @Test
    void payers_return_to_the_configured_address() {
        try (var hosted = new Shop(DATABASE, Map.of("payment-pages", "https://pay.shop.example/de/"))) {
            var link = hosted.link("A lamp", 4_900, "");
            assertThat(Shop.choose(hosted.begin(link), "pm_card").toString())
                    .startsWith("https://pay.shop.example/de/pay/" + link.token() + "/");
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private static void isClosed(Shop.Link link, int status, String title) {
        var page = shop.get(link.path());
        assertThat(page.statusCode()).isEqualTo(status);
        assertThat(page.body()).contains("<h1>" + title + "</h1>").doesNotContain("A lamp");
        assertThat(shop.post(link.path()).statusCode()).as("nor by card").isIn(status, 503);
        assertThat(orders(link)).isEqualTo("0");
    }

    private static String orders(Shop.Link link) {
        return shop.one("select count(*) from app.payment_order where payment_link_id = '%s'".formatted(link.id()));
    }

    private static String tenant(String slug) {
        return "(select id from app.organization where slug = '%s')".formatted(slug);
    }

    /// Inserts a link of a tenant with a token of one letter.
    private static String link(String slug, boolean livemode, String letter) {
        return """
            insert into app.payment_link (organization_id, livemode, token, price_id, created_by)
            select r.organization_id, r.livemode, '%s', r.id, 'system:test'
              from app.price r join app.product p on p.organization_id = r.organization_id and p.livemode = r.livemode
               and p.id = r.product_id
             where r.organization_id = %s and r.livemode = %s and r.currency is not null and r.kind = 'one_off'
               and r.active and p.active and r.unit_amount_minor > 0
             order by r.id limit 1
            """.formatted(letter.repeat(32), tenant(slug), livemode);
    }

    /// Reads the QR code of a page as a phone would.
    private static String scanned(String page) throws Exception {
        var size = Pattern.compile("viewBox=\"0 0 ([0-9]+) ").matcher(page);
        assertThat(size.find()).isTrue();
        var scale = 4;
        var width = Integer.parseInt(size.group(1)) * scale;
        var pixels = new int[width * width];
        Arrays.fill(pixels, 0xFFFFFF);
        Pattern.compile("M([0-9]+) ([0-9]+)h1v1h-1z").matcher(page).results().forEach(module -> {
            for (var i = 0; i < scale * scale; i++) {
                var x = Integer.parseInt(module.group(1)) * scale + i % scale;
                var y = Integer.parseInt(module.group(2)) * scale + i / scale;
                pixels[y * width + x] = 0;
            }
        });
        return new QRCodeReader()
                .decode(new BinaryBitmap(new HybridBinarizer(new RGBLuminanceSource(width, width, pixels))))
                .getText();
    }
}
