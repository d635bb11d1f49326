package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The operator's settings take effect.
class ConfiguredLimitsTest {

    private static final int PER_MINUTE = 4;

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer(Map.of(
            "requests-per-minute", Integer.toString(PER_MINUTE),
            "max-body-bytes", "1024",
            "metrics-histograms", "true",
            "metrics-token", "scrape"));

    /// Each tenant has its own allowance, to which another key or another mode adds nothing.
    @Test
    void a_tenant_that_asks_too_often_waits_and_no_other_does() {
        var initech = SERVER.as("initech", "Owner");
        for (var i = 0; i < PER_MINUTE; i++) {
            initech.get("/v1/customers?limit=1").is(200);
        }
        var refused = initech.get("/v1/customers?limit=1").problem(ProblemCode.RATE_LIMITED);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 60 / PER_MINUTE + 1);
        SERVER.as("initech", "Viewer").get("/v1/customers?limit=1").problem(ProblemCode.RATE_LIMITED);
        SERVER.as("globex", "Owner").get("/v1/customers?limit=1").is(200);
    }

    @Test
    void a_body_is_as_long_as_is_set() {
        var acme = SERVER.as("acme", "Owner");
        acme.post("/v1/customers", body(1_024)).is(201);
        acme.post("/v1/customers", body(1_025)).problem(ProblemCode.BODY_TOO_LARGE);
    }

    private static String body(int length) {
        var empty = "{\"name\": \"Ada\", \"description\": \"%s\"}";
        return empty.formatted("a".repeat(length - empty.length() + 2));
    }

    @Test
    void metrics_require_the_token() throws Exception {
        assertThat(metrics("Bearer scrape").body()).contains("jvm_memory_used_bytes");
        assertThat(metrics("Bearer scrape").statusCode()).isEqualTo(200);
        for (var wrong : new String[] {"Bearer scrap", "Bearer scrape2", "Bearer ", "scrape", "Basic scrape"}) {
            assertThat(metrics(wrong).statusCode()).as(wrong).isEqualTo(401);
        }
        SERVER.as("acme", "Owner").get("/metrics").problem(ProblemCode.UNAUTHENTICATED);
    }

    @Test
    void the_durations_of_requests_are_counted_by_bucket_where_that_is_set() throws Exception {
        SERVER.as("globex", "Member").get("/v1/products?limit=1").is(200);
        assertThat(metrics("Bearer scrape").body())
                .contains("http_server_requests_seconds_bucket{method=\"GET\",route=\"/v1/products\",status=\"200\","
                        + "le=\"10.0\"} 1");
    }

    private static HttpResponse<String> metrics(String authorization) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(SERVER.port())))
                .header("Authorization", authorization)
                .build();
        try (var client = HttpClient.newHttpClient()) {
            return client.send(request, BodyHandlers.ofString());
        }
    }
}
