package hedgerow.server.work;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.http.PublicAddresses;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import okhttp3.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Deliveries go only to permitted addresses, however they are spelled, and are tried again in time.
class WebhookSenderTest {

    @TempDir
    private Path folder;

    private static final WebhookSender GUARDED = new WebhookSender(PublicAddresses::contain, UnaryOperator.identity());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.1.2.3",
                "2130706433",
                "0x7f000001",
                "127.1",
                "0x7f.0.0.1",
                "0.0.0.0",
                "10.0.0.1",
                "172.16.0.1",
                "192.168.1.1",
                "169.254.169.254",
                "100.100.100.200",
                "192.0.0.192",
                "198.18.0.1",
                "224.0.0.1",
                "255.255.255.255",
                "[::1]",
                "[::]",
                "[::ffff:127.0.0.1]",
                "[::127.0.0.1]",
                "[::ffff:a9fe:a9fe]",
                "[fe80::1]",
                "[fd00:ec2::254]",
                "[64:ff9b::7f00:1]",
                "[64:ff9b:1::7f00:1]",
                "[2001:0:7f00:1::]",
                "[2002:7f00:1::]",
                "localhost"
            })
    void no_delivery_leads_into_the_operators_network(String host) {
        var attempt = GUARDED.send("https://%s:9/hook".formatted(host), Headers.of(), "{}");
        assertThat(attempt.status()).isEmpty();
        assertThat(attempt.error().orElseThrow()).isIn("address_not_allowed", "name_unknown");
    }

    /// The name is public when it is checked, and later is not.
    @Test
    void a_name_that_changes_its_address_is_refused_at_the_address() throws Exception {
        var certificate = Receiver.Certificate.forHost(folder, "dns:hooks.example");
        try (var inside = Receiver.start(certificate)) {
            var port = inside.url().replaceAll(".*:(\\d+)/.*", "$1");
            var url = "https://hooks.example:%s/hook".formatted(port);
            var loopback = List.of(InetAddress.getByName("127.0.0.1"));
            var open = new WebhookSender(
                    _ -> true, client -> certificate.trusted(client).dns(_ -> loopback));
            assertThat(open.send(url, Headers.of(), "{}").error())
                    .as("unguarded, it is reached")
                    .isEmpty();
            var rebinding = new WebhookSender(
                    PublicAddresses::contain,
                    client -> certificate.trusted(client).dns(_ -> loopback));
            assertThat(rebinding.send(url, Headers.of(), "{}").error()).contains("address_not_allowed");
            assertThat(inside.received).hasSize(1);
        }
    }

    @Test
    void no_internal_address_of_a_name_is_tried() throws Exception {
        var tried = new AtomicInteger();
        var mixed = List.of(InetAddress.getByName("127.0.0.1"), InetAddress.getByName("10.0.0.1"));
        var sender = new WebhookSender(
                address -> {
                    tried.incrementAndGet();
                    return PublicAddresses.contain(address);
                },
                client -> client.dns(_ -> mixed));
        assertThat(sender.send("https://hooks.example/hook", Headers.of(), "{}").error())
                .contains("address_not_allowed");
        assertThat(tried).hasPositiveValue();
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 300", "3, 1800", "4, 7200", "5, 18000", "6, 36000", "7, 36000"})
    void a_pause_is_that_of_the_schedule_give_or_take_a_tenth(int attempts, long seconds) {
        for (var i = 0; i < 100; i++) {
            assertThat(RetrySchedule.pause(attempts, Optional.empty())
                            .orElseThrow()
                            .toMillis())
                    .isBetween(seconds * 900, seconds * 1_100);
        }
    }

    @Test
    void after_eight_attempts_there_is_no_other() {
        assertThat(RetrySchedule.pause(8, Optional.of(Duration.ofSeconds(1)))).isEmpty();
    }

    @Test
    void a_wish_to_wait_is_heeded_for_ten_hours_at_most() {
        assertThat(RetrySchedule.pause(1, Optional.of(Duration.ofMinutes(7)))).contains(Duration.ofMinutes(7));
        assertThat(RetrySchedule.pause(1, Optional.of(Duration.ofDays(9)))).contains(Duration.ofHours(10));
        assertThat(RetrySchedule.pause(2, Optional.of(Duration.ofSeconds(1))).orElseThrow())
                .isGreaterThan(Duration.ofMinutes(4));
        var date = ZonedDateTime.now(ZoneOffset.UTC).plusHours(1).format(DateTimeFormatter.RFC_1123_DATE_TIME);
        assertThat(WebhookSender.retryAfter(date).orElseThrow()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
        for (var nothing : List.of("", "soon", "-5", "1e9", "Mon, 99 Foo 2026 00:00:00 GMT")) {
            assertThat(WebhookSender.retryAfter(nothing)).as(nothing).isEmpty();
        }
    }

    /// The signature equals the example of the specification.
    @Test
    void a_signature_is_that_of_standard_webhooks() {
        var secret = java.util.Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        assertThat(WebhookSignature.of(
                        List.of(secret), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}
