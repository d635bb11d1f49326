package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A value comes back as it was sent, or is refused with its place; none is altered.
class ExactValuesTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "123456789012345678.123456789",
                "0.1234567890123456789012345678901234567890",
                "9007199254740993",
                "123456789012345678901234567890",
                "1.10",
                "-7",
                "\"\\ud83e\\udd94 \\u00e9\\t\\n\\r\\u2028\"",
                "{\"a/b~c\": [null, true, {\"\": \"\"}]}"
            })
    void free_json_comes_back_as_it_was_sent(String value) {
        var made = acme.post("/v1/customers", "{\"name\": \"m\", \"metadata\": {\"a\": %s}}".formatted(value))
                .is(201);
        var sent = SERVER.mapper.readTree(value);
        assertThat(made.body().at("/metadata/a")).isEqualTo(sent);
        var path = "/v1/customers/" + made.text("/id");
        assertThat(acme.get(path).body().at("/metadata/a")).isEqualTo(sent);
        assertThat(acme.patch(path, "{\"name\": \"n\"}").is(200).body().at("/metadata/a"))
                .isEqualTo(sent);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{\"a\": 1e400} | /metadata/a",
                "{\"a\": -1e-400} | /metadata/a",
                "{\"a\": [0, 1e999999999]} | /metadata/a/1",
                "{\"c\": \"\\ud800\"} | /metadata/c",
                "{\"c\": \"x\\udc00\\ud800\"} | /metadata/c",
                "{\"a\": {\"b/c\": \"\\u0000\"}} | /metadata/a/b~1c",
                "{\"\\u0000\": 1} | /metadata",
                "{\"c\": \"\\u0001\"} | /metadata/c"
            })
    void a_value_that_cannot_be_stored_is_refused_with_its_place(String metadata, String place) {
        var refused = acme.post("/v1/customers", "{\"name\": \"m\", \"metadata\": %s}".formatted(metadata))
                .problem(ProblemCode.INVALID_BODY);
        assertThat(refused.body().path("errors").findValuesAsString("field")).containsExactly(place);
    }

    @Test
    void a_prompt_of_control_characters_is_blamed_on_the_prompt() {
        var body = "{\"name\": \"%s\", \"model_provider\": \"x\", \"model_name\": \"y\", \"system_prompt\": \"%s\"}";
        var refused = acme.post("/v1/agents", body.formatted(UUID.randomUUID(), "\\u0001".repeat(20_000)))
                .problem(ProblemCode.INVALID_BODY);
        assertThat(refused.body().path("errors").findValuesAsString("field")).containsExactly("/system_prompt");
        acme.post("/v1/agents", body.formatted(UUID.randomUUID(), "\\n\\\"".repeat(10_000)))
                .is(201);
    }

    @Test
    void a_time_is_kept_to_the_microsecond_or_refused() {
        var body = "{\"currency\": \"EUR\", \"amount_minor\": 1, \"expires_at\": \"%s\"}";
        var made = acme.post("/v1/payment-orders", body.formatted("2100-01-01T02:00:00.123456+02:00"))
                .is(201);
        assertThat(made.text("/expires_at")).isEqualTo("2100-01-01T00:00:00.123456Z");
        var refused = acme.post("/v1/payment-orders", body.formatted("2100-01-01T00:00:00.1234567Z"))
                .problem(ProblemCode.INVALID_BODY);
        assertThat(refused.text("/errors/0/field")).isEqualTo("/expires_at");
    }

    /// The limit is 2^53 - 1, which every JSON reader keeps exactly.
    @Test
    void no_amount_exceeds_the_exact_range_of_json_readers() {
        var most = 9_007_199_254_740_991L;
        var order = "{\"currency\": \"EUR\", \"amount_minor\": %d}";
        acme.post("/v1/payment-orders", order.formatted(most)).is(201);
        var above = acme.post("/v1/payment-orders", order.formatted(most + 1)).problem(ProblemCode.INVALID_BODY);
        assertThat(above.response().body()).contains("/amount_minor");
        var product = acme.post("/v1/products", "{\"name\": \"Tea\"}").is(201).text("/id");
        var price =
                acme.post("/v1/prices", """
                    {"product_id": "%s", "kind": "one_off", "currency": "EUR", "unit_amount_minor": %d}
                    """.formatted(product, most)).is(201).text("/id");
        var many = "{\"price_id\": \"%s\", \"quantity\": %d}";
        acme.post("/v1/payment-orders", many.formatted(price, 1)).is(201);
        for (var quantity : new int[] {2, 1_000_000}) {
            var refused = acme.post("/v1/payment-orders", many.formatted(price, quantity))
                    .problem(ProblemCode.INVALID_BODY);
            assertThat(refused.text("/errors/0/field")).isEqualTo("/quantity");
        }
    }

    @Test
    void a_parameter_of_control_characters_is_refused_by_its_name() {
        var refused = acme.get("/v1/customers?email=a%00b").problem(ProblemCode.INVALID_PARAMETER);
        assertThat(refused.text("/errors/0/field")).isEqualTo("email");
        assertThat(acme.get("/v1/chains/a%01b").status()).isIn(400, 404);
    }

    @Test
    void the_hint_of_a_short_secret_shows_none_of_it() {
        var body = "{\"provider\": \"stripe\", \"label\": \"%s\", \"secret\": \"%s\"}";
        assertThat(acme.post("/v1/provider-credentials", body.formatted(UUID.randomUUID(), "hunter22"))
                        .is(201)
                        .text("/hint"))
                .isEqualTo("...");
        assertThat(acme.post("/v1/provider-credentials", body.formatted(UUID.randomUUID(), "rk_test_51Hx0example"))
                        .is(201)
                        .text("/hint"))
                .isEqualTo("...mple");
    }

    // --- tags ----------------------------------------------------------------------------------------------------

    @Test
    void the_tag_of_an_expanded_row_changes_with_the_expansion() {
        var customer = acme.post("/v1/customers", "{\"name\": \"old\"}").is(201).text("/id");
        var order = acme.post(
                        "/v1/payment-orders",
                        "{\"currency\": \"EUR\", \"amount_minor\": 5, \"customer_id\": \"%s\"}".formatted(customer))
                .is(201);
        var path = "/v1/payment-orders/" + order.text("/id");
        var expanded = path + "?expand=customer";
        var tag = acme.get(expanded).is(200).header("ETag");
        assertThat(tag).isNotEqualTo(order.header("ETag"));
        assertThat(acme.with("If-None-Match", tag).get(expanded).status()).isEqualTo(304);
        acme.patch("/v1/customers/" + customer, "{\"name\": \"new\"}").is(200);
        var seen = acme.with("If-None-Match", tag).get(expanded).is(200);
        assertThat(seen.text("/customer/name")).isEqualTo("new");
        acme.with("If-None-Match", order.header("ETag")).get(expanded).is(200);
        acme.with("If-None-Match", tag).get(path).is(200);
        var some = acme.get(path + "?fields=id").is(200).header("ETag");
        acme.with("If-None-Match", some).get(path).is(200);
        assertThat(acme.with("If-None-Match", some).get(path + "?fields=id").status())
                .isEqualTo(304);
        assertThat(acme.with("If-None-Match", "\"9\", W/" + order.header("ETag"))
                        .get(path)
                        .status())
                .isEqualTo(304);

        acme.with("If-Match", tag).patch(path, "{\"description\": \"Tea\"}").is(200);
        acme.with("If-Match", tag).patch(path, "{\"description\": \"Milk\"}").problem(ProblemCode.PRECONDITION_FAILED);
    }

    /// RFC 9110, section 13.1.1: one of the tags that `If-Match` lists, or `*`, compared strongly.
    @Test
    void a_change_is_for_any_of_the_versions_that_it_lists() {
        var path = "/v1/customers/"
                + acme.post("/v1/customers", "{\"name\": \"Ada\"}").is(201).text("/id");
        for (var tags : List.of("\"1\"", "\"7\", \"2\"", ",\"3\" ,, \"a,b\",", "\"1\",\t\"4\"", "*")) {
            acme.with("If-Match", tags).patch(path, "{\"name\": \"Bea\"}").is(200);
        }
        acme.with("If-Match", "\"1\"", "If-Match", "\"6\"")
                .patch(path, "{\"name\": \"Cia\"}")
                .is(200);
        for (var tags : List.of("\"8\", \"9\"", "W/\"7\"", "W/\"7\", \"8\"", "\"a\"", "\"07-7\"")) {
            acme.with("If-Match", tags).patch(path, "{\"name\": \"Dea\"}").problem(ProblemCode.PRECONDITION_FAILED);
            acme.with("If-Match", tags).post(path + "/archive").problem(ProblemCode.PRECONDITION_FAILED);
        }
        for (var tags : List.of("7", "\"7", "\"7\" \"8\"", "*, \"7\"", "w/\"7\"", "\"7\"; a")) {
            acme.with("If-Match", tags).patch(path, "{\"name\": \"Dea\"}").problem(ProblemCode.INVALID_HEADER);
            acme.with("If-Match", tags).post(path + "/archive").problem(ProblemCode.INVALID_HEADER);
        }
        acme.with("If-Match", "\"3\", \"7\"").post(path + "/archive").is(200);
        SERVER.as("globex", "Owner")
                .with("If-Match", "\"7\", \"8\"")
                .post(path + "/archive")
                .problem(ProblemCode.NOT_FOUND);
    }
}
