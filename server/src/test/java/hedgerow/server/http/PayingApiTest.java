package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Wallets whose key the server creates, requests of people about payments under way, and the balance of an
/// account.
class PayingApiTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final String SERVER_WALLET = """
        {"kind": "server", "chain": "eip155:84532", "label": "Till"}\
        """;

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");
    private final ApiServer.Client member = SERVER.as("acme", "Member");

    @Test
    void the_server_makes_the_key_of_a_server_wallet_and_shows_its_address_alone() {
        var first = acme.post("/v1/wallets", SERVER_WALLET).is(201);
        var second = acme.post("/v1/wallets", SERVER_WALLET).is(201);
        assertThat(first.text("/address")).matches("0x[0-9a-f]{40}").isNotEqualTo(second.text("/address"));
        assertThat(first.body().propertyNames())
                .containsExactlyInAnyOrderElementsOf(acme.get("/v1/wallets?kind=eoa&limit=1")
                        .is(200)
                        .body()
                        .at("/data/0")
                        .propertyNames());
    }

    @Test
    void nobody_brings_the_address_of_a_server_wallet_and_the_others_need_one() {
        var named = acme.post("/v1/wallets", """
            {"kind": "server", "chain": "eip155:84532", "label": "Till",
             "address": "0x00000000000000000000000000000000000000aa"}\
            """);
        assertThat(named.problem(ProblemCode.INVALID_BODY).text("/errors/0/message"))
                .contains("left out");
        var missing = acme.post("/v1/wallets", """
            {"kind": "eoa", "chain": "eip155:84532", "label": "Till"}\
            """);
        assertThat(missing.problem(ProblemCode.INVALID_BODY).text("/errors/0/field"))
                .isEqualTo("/address");
        member.post("/v1/wallets", SERVER_WALLET).problem(ProblemCode.FORBIDDEN);
    }

    @Test
    void without_a_wallet_key_none_is_made() throws Exception {
        try (var service = SERVER.start(Map.of("wallet-key", ""))) {
            var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/v1/wallets".formatted(service.port())))
                    .header("Authorization", "Bearer " + hedgerow.server.DemoKeys.testKey("acme", "Owner"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(SERVER_WALLET));
            var answer = HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("wallet-key");
        }
    }

    @Test
    void only_owners_and_admins_may_request_a_cancellation() {
        var signed = "/v1/chain-transactions/"
                + acme.get("/v1/chain-transactions?status=signed&limit=1")
                        .is(200)
                        .text("/data/0/id");
        member.post(signed + "/cancel").problem(ProblemCode.FORBIDDEN);
        SERVER.as("acme", "Viewer").post(signed + "/cancel").problem(ProblemCode.FORBIDDEN);
        acme.post(signed + "/resolve", "{\"outcome\": \"paid\"}").problem(ProblemCode.INVALID_STATE);
        var asked = acme.post(signed + "/cancel").is(200);
        assertThat(asked.text("/asked")).isEqualTo("cancel");
        assertThat(asked.text("/asked_by")).startsWith("key:");
        assertThat(asked.text("/status")).isEqualTo("signed");
    }

    @Test
    void a_settled_payment_stays_settled() {
        var paid = "/v1/chain-transactions/"
                + acme.get("/v1/chain-transactions?status=confirmed&limit=1")
                        .is(200)
                        .text("/data/0/id");
        acme.post(paid + "/cancel").problem(ProblemCode.INVALID_STATE);
        acme.post(paid + "/resolve", "{\"outcome\": \"not_paid\"}").problem(ProblemCode.INVALID_STATE);
    }

    @Test
    void the_balance_of_an_account_is_the_sum_of_its_entries() {
        var account = acme.get("/v1/ledger-accounts?code=cash").is(200).text("/data/0/id");
        var balance = acme.get("/v1/ledger-accounts/" + account + "/balance").is(200);
        assertThat(balance.text("/unit")).isEqualTo("EUR");
        assertThat(balance.text("/balance")).matches("[1-9][0-9]*");
        assertThat(balance.body().at("/entries").asLong()).isPositive();
        SERVER.as("acme", "Agent")
                .get("/v1/ledger-accounts/" + account + "/balance")
                .problem(ProblemCode.NOT_FOUND);
        SERVER.restricted("ledger_accounts:read")
                .get("/v1/ledger-accounts/" + account + "/balance")
                .problem(ProblemCode.INSUFFICIENT_SCOPE);
    }
}
