package hedgerow.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// No webhook is stored for an address inside the operator's network.
class WebhookUrlsTest {

    @RegisterExtension
    static final ApiServer SERVER = new ApiServer(Map.of("allow-private-webhooks", "true"));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/hook",
                "https://127.1/hook",
                "https://2130706433/hook",
                "https://0x7f000001/hook",
                "https://0x7f.0.0.1/hook",
                "https://0177.0.0.1/hook",
                "https://127.0.0.1./hook",
                "https://10.0.0.8/hook",
                "https://172.16.0.1/hook",
                "https://192.168.1.1:8443/hook",
                "https://169.254.169.254/latest/meta-data",
                "https://100.64.0.1/hook",
                "https://0.0.0.0/hook",
                "https://224.0.0.1/hook",
                "https://255.255.255.255/hook",
                "https://[::1]/hook",
                "https://[::]/hook",
                "https://[::ffff:127.0.0.1]/hook",
                "https://[::ffff:a00:1]/hook",
                "https://[fe80::1]/hook",
                "https://[fd00::1]/hook",
                "https://[64:ff9b::7f00:1]/hook",
                "https://[2002:7f00:1::]/hook",
                "https://[2001:db8::1]/hook",
                "https://localhost/hook",
                "https://LOCALHOST./hook",
                "https://api.localhost/hook",
                "https://metadata.google.internal/hook",
                "https://printer.local/hook",
                "https://intranet/hook",
                "https:///hook",
                "https://bad host/hook",
                "https://%31%32%37.0.0.1/hook"
            })
    void an_address_inside_is_not_public(String url) {
        assertThat(WebhookUrls.isPublic(url)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://shop.example/hooks",
                "https://SHOP.example:8443/hooks?a=b",
                "https://8.8.8.8/hook",
                "https://[2606:4700::1111]/hook",
                "https://127.0.0.1.example.com/hook",
                "https://10.example.com/hook",
                "https://xn--bcher-kva.example/hook"
            })
    void an_address_outside_is_public(String url) {
        assertThat(WebhookUrls.isPublic(url)).isTrue();
    }

    @Test
    void it_is_refused_when_it_is_stored_and_when_it_is_changed() {
        try (var strict = SERVER.start(Map.of("allow-private-webhooks", "false"))) {
            var acme = SERVER.as("acme", "Owner").at(strict.port());
            var refused = acme.post("/v1/webhook-endpoints", endpoint("https://10.0.0.8/hook"))
                    .problem(ProblemCode.INVALID_BODY);
            assertThat(refused.text("/errors/0/field")).isEqualTo("/url");
            var made = acme.post("/v1/webhook-endpoints", endpoint("https://shop.example/hook"))
                    .is(201);
            acme.patch("/v1/webhook-endpoints/" + made.text("/id"), "{\"url\": \"https://[::1]/hook\"}")
                    .problem(ProblemCode.INVALID_BODY);
            acme.patch("/v1/webhook-endpoints/" + made.text("/id"), "{\"description\": \"Shop\"}")
                    .is(200);
        }
    }

    @Test
    void in_development_it_is_allowed_for_test_data_alone() {
        SERVER.as("acme", "Owner")
                .post("/v1/webhook-endpoints", endpoint("https://127.0.0.1:8443/hook"))
                .is(201);
        SERVER.with(SERVER.liveKey("acme"))
                .post("/v1/webhook-endpoints", endpoint("https://127.0.0.1:8443/hook"))
                .problem(ProblemCode.INVALID_BODY);
    }

    private static String endpoint(String url) {
        return "{\"url\": \"%s\", \"event_types\": [\"*\"]}".formatted(url);
    }
}
