package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Year;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// A refused request names each field that the caller has to change, and no other.
class FaultsTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final String ID = "019b8f3a-0000-7000-8000-000000000001";

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    // --- alternatives --------------------------------------------------------------------------------------------

    /// One path, body and expected faults per line.
    static Stream<String[]> bodies() {
        return """
            payment-orders | {"currency": "EUR"} | /amount_minor
            payment-orders | {"amount_minor": 100} | /currency
            payment-orders | {"currency": "EUR", "amount_minor": null} | /amount_minor
            payment-orders | {"currency": null, "amount_minor": null} |
            payment-orders | {} |
            payment-orders | {"asset": "USDC.84532"} | /amount
            payment-orders | {"currency": "EUR", "amount_minor": 100, "asset": "USDC.84532"} | /asset
            payment-orders | {"price_id": "{id}", "currency": "EUR"} | /currency
            payment-orders | {"payment_link_id": "{id}", "amount_minor": 1, "quantity": 2} | /amount_minor /quantity
            payment-orders | {"currency": "EUR", "amount_minor": 0} | /amount_minor
            refunds | {"payment_order_id": "{id}", "reason": "other", "currency": "EUR"} | /amount_minor
            refunds | {"payment_order_id": "{id}", "reason": "other", "asset": null, "amount": "1"} | /asset
            agent-limits | {"agent_id": "{id}", "per_payment": "1", "per_period": "1", "period": "day", \
            "requires_approval_above": "1", "currency": null} |
            agent-limits | {"agent_id": "{id}", "per_payment": "1", "per_period": "1", "period": "day", \
            "requires_approval_above": "1", "currency": "EUR", "asset": "USDC.84532"} | /asset
            prices | {"product_id": "{id}", "kind": "one_off", "currency": "EUR"} | /unit_amount_minor
            prices | {"product_id": "{id}", "kind": "one_off", "asset": "USDC.84532"} | /unit_amount
            prices | {"product_id": "{id}", "kind": "one_off", "currency": "EUR", "unit_amount_minor": 1, \
            "interval_unit": "month"} | /interval_unit
            prices | {"product_id": "{id}", "kind": "recurring", "currency": "EUR", "unit_amount_minor": 1, \
            "interval_unit": "month"} | /interval_count
            prices | {"product_id": "{id}", "kind": "tiered", "currency": "EUR", "tiers_mode": "volume"} | /tiers
            prices | {"product_id": "{id}", "kind": "one_off", "currency": "EUR", "unit_amount_minor": 1, \
            "tiers": [{"up_to": null, "unit_amount_minor": 1, "flat_amount_minor": 0}]} | /tiers
            payment-methods | {"customer_id": "{id}", "kind": "card", "provider": "stripe", "expires_month": 1} \
            | /expires_year
            payment-methods | {"customer_id": "{id}", "kind": "card", "provider": "stripe", "expires_month": 1, \
            "expires_year": null} | /expires_year
            payment-methods | {"customer_id": "{id}", "kind": "bank_account", "provider": "sepa", \
            "expires_month": 1} | /expires_month
            payment-methods | {"customer_id": "{id}", "kind": "wallet", "provider": "evm", \
            "chain": "eip155:84532"} | /wallet_address
            payment-methods | {"customer_id": "{id}", "provider": "evm"} | /kind
            """.lines().map(line -> line.replace("{id}", ID).split(" *[|] ?", -1));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void a_body_is_refused_at_the_fields_that_are_wrong(String path, String body, String fields) {
        var refused = acme.post("/v1/" + path, body).problem(ProblemCode.INVALID_BODY);
        assertThat(places(refused)).containsExactlyInAnyOrder(fields.split(" "));
    }

    @Test
    void a_fault_names_the_fields_that_belong_together() {
        var missing = acme.post("/v1/payment-orders", "{\"currency\": \"EUR\"}").problem(ProblemCode.INVALID_BODY);
        assertThat(missing.text("/errors/0/message")).isEqualTo("is required together with currency");
        var nothing = acme.post("/v1/payment-orders", "{}").problem(ProblemCode.INVALID_BODY);
        assertThat(nothing.text("/errors/0/message"))
                .isEqualTo("one of these is required: payment_link_id; price_id; currency with amount_minor; "
                        + "asset with amount");
    }

    // --- code lists ----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"XXQ", "XXX", "DEM", "XAU", "eur"})
    void a_currency_that_no_country_uses_is_refused(String currency) {
        var order = "{\"currency\": \"%s\", \"amount_minor\": 100}".formatted(currency);
        assertThat(places(acme.post("/v1/payment-orders", order).problem(ProblemCode.INVALID_BODY)))
                .contains("/currency");
        acme.get("/v1/prices?currency=" + currency).problem(ProblemCode.INVALID_PARAMETER);
        acme.patch(organization(), "{\"default_currency\": \"%s\"}".formatted(currency))
                .problem(ProblemCode.INVALID_BODY);
    }

    @ParameterizedTest
    @CsvSource({"ZZ", "XK", "EU", "UK", "de"})
    void a_country_that_does_not_exist_is_refused(String country) {
        for (var body : List.of(
                "{\"name\": \"A\", \"country\": \"%s\"}", "{\"name\": \"A\", \"address\": {\"country\": \"%s\"}}")) {
            var refused = acme.post("/v1/customers", body.formatted(country)).problem(ProblemCode.INVALID_BODY);
            assertThat(places(refused)).allMatch(place -> place.endsWith("/country"));
        }
        acme.patch(organization(), "{\"country\": \"%s\"}".formatted(country)).problem(ProblemCode.INVALID_BODY);
    }

    @Test
    void codes_in_use_are_accepted() {
        for (var currency : List.of("EUR", "USD", "JPY", "CHF", "KWD")) {
            acme.get("/v1/prices?currency=" + currency).is(200);
        }
        acme.post("/v1/customers", "{\"name\": \"A\", \"country\": \"GB\"}").is(201);
    }

    private static String organization() {
        return "/v1/organizations/" + SERVER.one("select id from app.organization where slug = 'acme'");
    }

    // --- combinations --------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "4242424242424242, 422",
        "4242 4242-4242 4242, 422",
        "378282246310005, 422",
        "4242424242424241, 201",
        "pm_4242424242424242, 201",
        "00000001, 201"
    })
    void a_card_number_is_no_token(String token, int status) {
        var customer = acme.get("/v1/customers?limit=1").text("/data/0/id");
        acme.post("/v1/payment-methods", """
            {"customer_id": "%s", "kind": "card", "provider": "stripe", "provider_token": "%s", "expires_month": 12,
             "expires_year": %d}\
            """.formatted(
                                customer, token, Year.now().getValue() + 1))
                .is(status);
    }

    @Test
    void a_provider_takes_its_own_kinds_of_payment_method() {
        var customer = acme.get("/v1/customers?limit=1").text("/data/0/id");
        var card = """
            {"customer_id": "%s", "kind": "card", "provider": "%s", "expires_month": %d, "expires_year": %d}
            """;
        var next = Year.now().getValue() + 1;
        acme.post("/v1/payment-methods", card.formatted(customer, "stripe", 12, next))
                .is(201);
        var sepa = acme.post("/v1/payment-methods", card.formatted(customer, "sepa", 12, next))
                .problem(ProblemCode.INVALID_BODY);
        assertThat(faults(sepa)).isEqualTo(Map.of("/kind", "the provider sepa takes bank_account, sepa_debit"));
        var unknown = acme.post("/v1/payment-methods", card.formatted(customer, "nobody", 12, next))
                .problem(ProblemCode.INVALID_REFERENCE);
        assertThat(places(unknown)).containsExactly("/provider");
        var expired = acme.post("/v1/payment-methods", card.formatted(customer, "stripe", 1, 2001))
                .problem(ProblemCode.INVALID_BODY);
        assertThat(faults(expired)).isEqualTo(Map.of("/expires_year", "the card has expired"));
    }

    // --- what only the database knows ----------------------------------------------------------------------------

    /// One path, body and expected faults per line; each body is posted twice.
    static Stream<String[]> taken() {
        return """
            agents | {"name": "twice", "model_provider": "x", "model_name": "y"} | /name
            wallets | {"kind": "eoa", "chain": "eip155:84532", "label": "w", \
            "address": "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"} | /chain /address
            invitations | {"email": "twice@example.com", "role": "member"} | /email
            agent-limits | {"agent_id": "{agent}", "per_payment": "1", "per_period": "1", "period": "day", \
            "requires_approval_above": "1", "currency": "CHF"} | /agent_id /asset /currency
            """.lines().map(line -> line.split(" *[|] ?", -1));
    }

    @ParameterizedTest
    @MethodSource("taken")
    void values_that_are_taken_are_named(String path, String body, String fields) {
        var agent = acme.get("/v1/agents?limit=1").text("/data/0/id");
        acme.post("/v1/" + path, body.replace("{agent}", agent)).is(201);
        var refused = acme.post("/v1/" + path, body.replace("{agent}", agent)).problem(ProblemCode.ALREADY_EXISTS);
        assertThat(places(refused)).containsExactlyInAnyOrder(fields.split(" "));
        assertThat(refused.response().body()).doesNotContain("organization_id", "constraint", "_key\"", "index");
    }

    @Test
    void a_name_that_is_taken_is_named_in_a_change_too() {
        var names = acme.get("/v1/agents?limit=2");
        var change = "{\"name\": \"%s\"}".formatted(names.text("/data/1/name"));
        var refused =
                acme.patch("/v1/agents/" + names.text("/data/0/id"), change).problem(ProblemCode.ALREADY_EXISTS);
        assertThat(faults(refused)).isEqualTo(Map.of("/name", "is taken by another row"));
    }

    /// One path, body and expected faults per line.
    static Stream<String[]> references() {
        return """
            payment-orders | {"currency": "EUR", "amount_minor": 5, "executing_agent_id": "{none}"} \
            | /executing_agent_id
            payment-orders | {"currency": "EUR", "amount_minor": 5, "customer_id": "{none}"} | /customer_id
            payment-orders | {"asset": "NONE.84532", "amount": "5"} | /asset
            prices | {"product_id": "{none}", "kind": "one_off", "currency": "EUR", "unit_amount_minor": 5} \
            | /product_id
            agents | {"name": "n", "model_provider": "x", "model_name": "y", "agent_wallet_id": "{none}"} \
            | /agent_wallet_id
            payment-orders | {"currency": "EUR", "amount_minor": 5, "customer_id": "{customer}", \
            "payment_method_id": "{strange}"} | /customer_id /payment_method_id
            """.lines().map(line -> line.split(" *[|] ?", -1));
    }

    @ParameterizedTest
    @MethodSource("references")
    void references_to_nothing_are_named(String path, String body, String fields) {
        var method = acme.get("/v1/payment-methods?limit=1");
        var customer = acme.post("/v1/customers", "{\"name\": \"Ada\"}").text("/id");
        var refused = acme.post(
                        "/v1/" + path,
                        body.replace("{none}", ID)
                                .replace("{customer}", customer)
                                .replace("{strange}", method.text("/data/0/id")))
                .problem(ProblemCode.INVALID_REFERENCE);
        assertThat(places(refused)).containsExactlyInAnyOrder(fields.split(" "));
        assertThat(refused.response().body()).doesNotContain("organization_id", "constraint", "fkey");
    }

    // --- contradictions ------------------------------------------------------------------------------------------

    @Test
    void an_expansion_that_the_fields_leave_out_is_refused() {
        var refused = acme.get("/v1/payment-orders?expand=customer&fields=id").problem(ProblemCode.INVALID_PARAMETER);
        assertThat(refused.text("/detail")).contains("customer", "fields");
        var shown = acme.get("/v1/payment-orders?expand=customer&fields=id,customer&limit=1")
                .is(200);
        assertThat(shown.text("/data/0/customer/object")).isEqualTo("customer");
        acme.get("/v1/payment-orders?after=a&before=b").is(400);
    }

    private static List<String> places(ApiServer.Answer refused) {
        return refused.body().path("errors").findValuesAsString("field");
    }

    private static Map<String, String> faults(ApiServer.Answer refused) {
        var fault = refused.body().path("errors").get(0);
        assertThat(refused.body().path("errors")).hasSize(1);
        return Map.of(fault.path("field").asString(), fault.path("message").asString());
    }
}
