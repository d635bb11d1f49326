package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Test data refers to test chains, assets and providers, live data to live ones.
class ModeTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final String ADDRESS = "\"0x%s\"".formatted("ab".repeat(20));

    private final ApiServer.Client test = SERVER.as("acme", "Owner");
    private final ApiServer.Client live = SERVER.with(SERVER.liveKey("acme"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "payment-orders | asset | USDC.84532 | USDC.8453 | \"amount\": \"5\"",
                "prices | asset | USDC.84532 | USDC.8453 | \"product_id\": {products}, \"kind\": \"one_off\","
                        + " \"unit_amount\": \"5\"",
                "agent-limits | asset | USDC.84532 | USDC.8453 | \"agent_id\": {agents}, \"per_payment\": \"5\","
                        + " \"per_period\": \"5\", \"period\": \"day\", \"requires_approval_above\": \"5\"",
                "wallets | chain | eip155:84532 | eip155:8453 | \"kind\": \"eoa\", \"address\": {address},"
                        + " \"label\": \"x\"",
                "payment-methods | chain | eip155:84532 | eip155:8453 | \"customer_id\": {customers}, \"kind\":"
                        + " \"wallet\", \"provider\": \"evm\", \"wallet_address\": {address}"
            })
    void a_row_refers_to_its_own_mode_and_the_refusal_names_the_field(
            String path, String field, String ofTest, String ofLive, String rest) {
        for (var caller : new ApiServer.Client[] {test, live}) {
            var right = caller == test ? ofTest : ofLive;
            var wrong = caller == test ? ofLive : ofTest;
            var refused =
                    caller.post("/v1/" + path, body(caller, field, wrong, rest)).problem(ProblemCode.INVALID_REFERENCE);
            assertThat(refused.text("/errors/0/field")).isEqualTo("/" + field);
            caller.post("/v1/" + path, body(caller, field, right, rest)).is(201);
        }
    }

    @Test
    void the_sandbox_takes_no_live_data() {
        var sandbox = "{\"provider\": \"sandbox\", \"label\": \"x\", \"secret\": \"sk_0123456789\"}";
        test.post("/v1/provider-credentials", sandbox).is(201);
        var refused = live.post("/v1/provider-credentials", sandbox).problem(ProblemCode.INVALID_REFERENCE);
        assertThat(refused.text("/errors/0/field")).isEqualTo("/provider");
    }

    private static String body(ApiServer.Client caller, String field, String value, String rest) {
        var filled = rest.replace("{address}", ADDRESS);
        for (var list : new String[] {"products", "agents", "customers"}) {
            if (filled.contains("{" + list + "}")) {
                var id = caller.get("/v1/" + list + "?limit=1").text("/data/0/id");
                filled = filled.replace("{" + list + "}", "\"" + id + "\"");
            }
        }
        return "{\"%s\": \"%s\", %s}".formatted(field, value, filled);
    }
}
