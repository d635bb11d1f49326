package hedgerow.server.link;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import hedgerow.server.auth.Anvil;
import hedgerow.server.pay.WalletKey;
import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A stranger pays a link another amount than was requested; a person decides about it through the API, and the worker
/// carries that out.
@Tag("isolation")
class DepositDecisionsTest {

    @Order(1)
    @RegisterExtension
    static final Anvil CHAIN = new Anvil();

    @Order(2)
    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long AMOUNT = 999;
    private static final String NOTE = "\"note\": \"The payer wrote to us\"";

    private static Shop shop;

    private String recipient;
    private String deposit;

    @BeforeAll
    static void open() {
        shop = new Shop(
                DATABASE,
                Map.of(
                        "chain-endpoints", Anvil.CHAIN + "=" + CHAIN.endpoint(),
                        "chain-confirmations", "1",
                        "chain-poll", "0.1s"));
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @BeforeEach
    void payTheWrongAmount() {
        recipient = WalletKey.make().address();
        var link = shop.link(
                "A lamp",
                "\"asset\": \"ETH.31337\", \"unit_amount\": \"1000\"",
                ", \"recipient_address\": \"%s\"".formatted(recipient));
        shop.request(link);
        pay(recipient, AMOUNT);
        Eventually.holds(
                "the deposit needs a review",
                PATIENCE,
                () -> shop.one("select count(*) from app.deposit where status = 'needs_review' and recipient = '%s'"
                                .formatted(recipient))
                        .equals("1"));
        deposit = shop.one("select id from app.deposit where recipient = '%s'".formatted(recipient));
    }

    private static void pay(String recipient, long amount) {
        var from = CHAIN.rpc("eth_accounts").path(0).asString();
        CHAIN.rpc(
                "eth_sendTransaction", Map.of("from", from, "to", recipient, "value", "0x" + Long.toHexString(amount)));
        CHAIN.rpc("anvil_mine", "0x2");
    }

    // --- deciding ------------------------------------------------------------------------------------------------

    @Test
    void a_person_decides_which_order_a_deposit_pays() {
        var order = order("\"asset\": \"ETH.31337\", \"amount\": \"999\"");
        var asked = shop.made(path(), paid(order));
        assertThat(asked.path("asked").asString()).isEqualTo("paid");
        assertThat(asked.path("asked_by").asString()).startsWith("key:");
        becomes("settled");
        assertThat(status(order)).isEqualTo("succeeded");
        assertThat(entries("deposits_in_review")).isEqualTo("0 of 2");
        assertThat(entries("sales")).isEqualTo("-999 of 1");
        assertThat(entries(wallet())).isEqualTo("999 of 1");
        assertThat(count("payment_attempt where payment_order_id = '%s' and status = 'succeeded'".formatted(order)))
                .isEqualTo("1");
        assertThat(count("provider_transaction where payment_order_id = '%s'".formatted(order)))
                .isEqualTo("1");
        assertThat(count("outbox_event where type = 'payment_order.succeeded' and subject_id = '%s'".formatted(order)))
                .isEqualTo("1");
        var now = new JsonMapper()
                .readTree(shop.owner("GET", "/v1/deposits/" + deposit, "").body());
        assertThat(now.path("payment_order_id").asString()).isEqualTo(order);
        assertThat(now.path("note").asString()).as("the reason is kept").isEqualTo("The payer wrote to us");
        assertThat(now.path("review_reason").asString()).isEqualTo("unexpected");
        refused(409, "invalid_state", resolve(paid(order)));
        refused(409, "invalid_state", resolve(decided("kept")));
    }

    @ParameterizedTest
    @CsvSource({"kept, deposits_kept, -999 of 1, 999 of 1", "returned, deposits_in_review, 0 of 2, 0 of 2"})
    void a_deposit_that_pays_no_order_is_kept_or_returned(String outcome, String account, String credit, String left) {
        shop.made(path(), decided(outcome));
        becomes(outcome);
        assertThat(entries("deposits_in_review")).isEqualTo("0 of 2");
        assertThat(entries(account)).isEqualTo(credit);
        assertThat(entries(wallet())).as("what the address has").isEqualTo(left);
        assertThat(count("outbox_event where type = 'deposit.%s' and subject_id = '%s'".formatted(outcome, deposit)))
                .isEqualTo("1");
        assertThat(count("audit_log where row_id = '%s' and actor like 'key:%%' and new_values ->> 'asked' = '%s'"
                        .formatted(deposit, outcome)))
                .as("who decided is in the audit log")
                .isEqualTo("1");
        var order = order("\"asset\": \"ETH.31337\", \"amount\": \"999\"");
        refused(409, "invalid_state", resolve(paid(order)));
        assertThat(status(order)).isEqualTo("requires_confirmation");
    }

    @Test
    void a_request_that_is_repeated_with_its_key_decides_once() {
        var owner = DemoKeys.testKey("acme", "Owner");
        var key = UUID.randomUUID().toString();
        var first = shop.with(owner, "POST", path(), decided("kept"), "Idempotency-Key", key);
        becomes("kept");
        var second = shop.with(owner, "POST", path(), decided("kept"), "Idempotency-Key", key);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(entries("deposits_kept")).isEqualTo("-999 of 1");
    }

    @Test
    void a_decision_about_an_older_version_is_refused() {
        var owner = DemoKeys.testKey("acme", "Owner");
        refused(412, "precondition_failed", shop.with(owner, "POST", path(), decided("kept"), "If-Match", "\"1\""));
    }

    // --- attacks -------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"globex, Owner, 404", "acme, Agent, 404", "acme, Viewer, 403", "acme, Member, 403"})
    void nobody_else_decides(String tenant, String role, int status) {
        var key = DemoKeys.testKey(tenant, role);
        assertThat(shop.with(key, "POST", path(), decided("kept")).statusCode()).isEqualTo(status);
        staysUnderReview();
    }

    @Test
    void a_key_that_only_reads_decides_nothing() {
        var key = shop.made("/v1/api-keys", """
            {"name": "Reader", "kind": "restricted", "role": "owner", "scopes": ["deposits:read"]}\
            """).path("secret").asString();
        assertThat(shop.with(key, "GET", path().replace("/resolve", ""), "").statusCode())
                .isEqualTo(200);
        refused(403, "insufficient_scope", shop.with(key, "POST", path(), decided("kept")));
        staysUnderReview();
    }

    /// Another amount, asset, currency or address; an order that an agent executes.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"asset\": \"ETH.31337\", \"amount\": \"1000\"",
                "\"asset\": \"ETH.84532\", \"amount\": \"999\"",
                "\"currency\": \"EUR\", \"amount_minor\": 999",
                "\"asset\": \"ETH.31337\", \"amount\": \"999\","
                        + " \"recipient_address\": \"0x00000000000000000000000000000000000000cc\""
            })
    void a_deposit_pays_only_an_order_that_it_fits(String body) {
        var order = order(body);
        refused(409, "invalid_state", resolve(paid(order)));
        assertThat(status(order)).isEqualTo("requires_confirmation");
        staysUnderReview();
    }

    @Test
    void a_deposit_pays_no_order_that_is_closed() {
        var order = order("\"asset\": \"ETH.31337\", \"amount\": \"999\"");
        shop.made("/v1/payment-orders/" + order + "/cancel", "");
        refused(409, "invalid_state", resolve(paid(order)));
        staysUnderReview();
    }

    /// Another tenant's order, and one of the other mode, are as good as none.
    @Test
    void a_deposit_pays_no_order_of_another_tenant_or_mode() {
        var nothing = resolve(paid(UUID.randomUUID().toString()));
        refused(422, "invalid_reference", nothing);
        for (var other : new String[] {"slug = 'globex' and not o.livemode", "slug = 'acme' and o.livemode"}) {
            var order = shop.one("select o.id from app.payment_order o join app.organization t on t.id ="
                    + " o.organization_id where " + other + " limit 1");
            assertThat(without(resolve(paid(order)))).isEqualTo(without(nothing));
        }
        staysUnderReview();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"outcome\": \"paid\", " + NOTE + "}",
                "{\"outcome\": \"kept\"}",
                "{\"outcome\": \"kept\", \"note\": \"\"}",
                "{\"outcome\": \"settled\", " + NOTE + "}",
                "{\"outcome\": \"kept\", \"payment_order_id\": \"01990000-0000-7000-8000-000000000000\", " + NOTE + "}"
            })
    void a_decision_has_an_outcome_a_reason_and_an_order_that_is_paid(String body) {
        assertThat(resolve(body).statusCode()).isIn(400, 422);
        staysUnderReview();
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private String path() {
        return "/v1/deposits/" + deposit + "/resolve";
    }

    private HttpResponse<String> resolve(String body) {
        return shop.owner("POST", path(), body);
    }

    private static String paid(String order) {
        return "{\"outcome\": \"paid\", \"payment_order_id\": \"%s\", %s}".formatted(order, NOTE);
    }

    private static String decided(String outcome) {
        return "{\"outcome\": \"%s\", %s}".formatted(outcome, NOTE);
    }

    private static String order(String body) {
        return shop.made("/v1/payment-orders", "{" + body + "}").path("id").asString();
    }

    private static String status(String order) {
        return shop.one("select status from app.payment_order where id = '%s'".formatted(order));
    }

    private void becomes(String status) {
        Eventually.holds(
                "the deposit is " + status,
                PATIENCE,
                () -> shop.one("select status from app.deposit where id = '%s'".formatted(deposit))
                        .equals(status));
    }

    private void staysUnderReview() {
        assertThat(shop.one("select concat_ws(' ', status, review_reason, asked) from app.deposit where id = '%s'"
                        .formatted(deposit)))
                .isEqualTo("needs_review unexpected");
    }

    private String wallet() {
        return "wallet_" + recipient.substring(2);
    }

    /// The sum and the number of the entries of an account for the deposit.
    private String entries(String account) {
        return shop.one("""
            select coalesce(sum(e.amount), 0) || ' of ' || count(*)
              from app.ledger_entry e
              join app.ledger_account a on a.organization_id = e.organization_id and a.livemode = e.livemode
                                       and a.id = e.account_id
             where a.code = '%s' and e.deposit_id = '%s'
            """.formatted(account, deposit));
    }

    private static String count(String from) {
        return shop.one("select count(*) from app." + from);
    }

    private static String without(HttpResponse<String> answer) {
        return answer.statusCode() + answer.body().replaceAll("\"(instance|request_id)\":\"[^\"]*\"", "");
    }

    private static void refused(int status, String code, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode problem = new JsonMapper().readTree(answer.body());
        assertThat(problem.path("code").asString()).isEqualTo(code);
    }
}
