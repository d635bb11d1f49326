package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The stored trace of a request that may be repeated reveals nothing about its contents.
class RequestHashTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer();

    private static final String BODY = "{\"provider\": \"stripe\", \"label\": \"%s\", \"secret\": \"hunter22\"}";

    private final ApiServer.Client acme = SERVER.as("acme", "Owner");

    @Test
    void a_request_with_a_secret_leaves_nothing_to_guess_against() {
        var key = UUID.randomUUID().toString();
        var body = BODY.formatted(key);
        acme.with("Idempotency-Key", key).post("/v1/provider-credentials", body).is(201);
        var request = "POST /v1/provider-credentials\n" + body;
        var guess = HexFormat.of().formatHex(Sha256.of(request.getBytes(StandardCharsets.UTF_8)));
        var kept = SERVER.one(
                "select encode(request_hash, 'hex') from app.idempotency_key where key = '%s'".formatted(key));
        assertThat(kept).hasSize(64).isNotEqualTo(guess);
        var logged = acme.get("/v1/audit-log?table_name=idempotency_key&limit=100")
                .response()
                .body();
        assertThat(logged).contains(key, "\"request_hash\": \"[redacted]\"").doesNotContain(kept, guess, "hunter22");
    }

    @Test
    void a_request_is_recognized_by_the_server_key_also_after_a_restart() {
        var once = acme.with("Idempotency-Key", UUID.randomUUID().toString());
        var first = once.post("/v1/customers", "{\"name\": \"Ada\"}").is(201);
        try (var restarted = SERVER.start(Map.of())) {
            var again = once.at(restarted.port());
            assertThat(again.post("/v1/customers", "{\"name\": \"Ada\"}")
                            .is(201)
                            .response()
                            .body())
                    .isEqualTo(first.response().body());
            again.post("/v1/customers", "{\"name\": \"Bea\"}").problem(ProblemCode.IDEMPOTENCY_MISMATCH);
        }
    }

    /// Otherwise a caller would take a new idempotency key, and so pay twice.
    @Test
    void a_request_is_repeated_safely_after_the_server_key_has_changed() {
        var once = acme.with("Idempotency-Key", UUID.randomUUID().toString());
        var first = once.post("/v1/customers", "{\"name\": \"Ada\"}").is(201);
        try (var other = SERVER.start(Map.of("credential-key", "7b".repeat(32)))) {
            var again = once.at(other.port());
            var replay = again.post("/v1/customers", "{\"name\": \"Ada\"}").is(201);
            assertThat(replay.header("Idempotent-Replayed")).isEqualTo("true");
            assertThat(replay.response().body()).isEqualTo(first.response().body());
            again.post("/v1/products", "{\"name\": \"Ada\"}").problem(ProblemCode.IDEMPOTENCY_MISMATCH);
        }
    }

    /// Such a server could only compare method and path, and so would mistake another order for the first
    /// one.
    @Test
    void a_server_without_a_lasting_key_repeats_nothing_of_before_its_start() {
        var none = Map.of("credential-key", "", "cursor-key", "");
        var once = acme.with("Idempotency-Key", UUID.randomUUID().toString());
        try (var first = SERVER.start(none)) {
            once.at(first.port()).post("/v1/customers", "{\"name\": \"Ada\"}").is(201);
            once.at(first.port()).post("/v1/customers", "{\"name\": \"Ada\"}").is(201);
            once.at(first.port())
                    .post("/v1/customers", "{\"name\": \"Bea\"}")
                    .problem(ProblemCode.IDEMPOTENCY_MISMATCH);
        }
        try (var restarted = SERVER.start(none)) {
            for (var name : new String[] {"Ada", "Bea"}) {
                var refused = once.at(restarted.port())
                        .post("/v1/customers", "{\"name\": \"%s\"}".formatted(name))
                        .problem(ProblemCode.IDEMPOTENCY_MISMATCH);
                assertThat(refused.text("/detail")).contains("restarted without a lasting key", "look for its effect");
            }
        }
    }
}
