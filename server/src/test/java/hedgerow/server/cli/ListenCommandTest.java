package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.standardwebhooks.Webhook;
import com.sun.net.httpserver.HttpServer;
import hedgerow.server.DemoKeys;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.settings.Configuration;
import hedgerow.sql.Eventually;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `hedgerow listen`, from a real server with its worker to a real receiver on this machine.
class ListenCommandTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String KEY = DemoKeys.testKey("acme", "Owner");
    private static final String MADE = """
        begin;
        select app.bind(id, 'system:test', %2$s) from app.organization where slug = '%1$s';
        insert into app.outbox_event (organization_id, livemode, type, subject_type, subject_id, payload)
        select app.organization_id(), %2$s, 'x.made', 'x', gen_random_uuid(),
               jsonb_build_object('n', n, 'of', '%1$s', 'live', %2$s, 'fat', repeat('x', %5$d))
          from generate_series(%3$d, %4$d) n;
        commit
        """;

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    @TempDir
    private Path folder;

    private final List<Received> received = new CopyOnWriteArrayList<>();

    private record Received(HttpHeaders headers, String body) {
        JsonNode json() {
            return new JsonMapper().readTree(body);
        }
    }

    @Test
    void the_events_of_the_key_arrive_signed_in_their_order_and_no_others() throws Exception {
        var receiver = receiver();
        var service = serve(0);
        var port = service.port();
        try (var listen = Cli.start(
                folder,
                "listen",
                "--server=http://127.0.0.1:" + port,
                "--api-key-file=" + Files.writeString(folder.resolve("key"), KEY + "\n"),
                "--forward-to=http://127.0.0.1:%d/hook"
                        .formatted(receiver.getAddress().getPort()))) {
            Eventually.holds("it listens", PATIENCE, () -> listen.said().contains("whsec_") || !listen.isAlive());
            make("globex", false, 1, 3, 0);
            make("acme", true, 1, 3, 0);
            make("acme", false, 1, 3, 0);
            Eventually.holds("they arrive", PATIENCE, () -> received.size() >= 3);
            service.close();
            Eventually.holds("it notices", PATIENCE, () -> listen.said().contains("connection lost"));
            make("acme", false, 4, 4, 0);
            service = serve(port);
            Eventually.holds("it arrives", PATIENCE, () -> received.size() >= 4);
            receiver.stop(0);
            make("acme", false, 5, 5, 0);
            Eventually.holds("it fails", PATIENCE, () -> listen.said().contains("failed: "));
            assertThat(listen.said()).contains("connected again").doesNotContain(KEY, KEY.substring(12, 30));
            assertAreThoseOf(listen.said(), 4);
        } finally {
            service.close();
            receiver.stop(0);
        }
    }

    private void assertAreThoseOf(String said, int count) throws Exception {
        var printed = Pattern.compile("whsec_\\S+").matcher(said);
        assertThat(printed.find()).isTrue();
        assertThat(received).hasSize(count);
        for (var one : received) {
            new Webhook(printed.group()).verify(one.body, one.headers.map());
        }
        assertThat(received.stream().map(one -> one.json().at("/data/n").asInt()))
                .containsExactly(1, 2, 3, 4);
        assertThat(received).allSatisfy(one -> {
            assertThat(one.json().at("/data/of").asString()).isEqualTo("acme");
            assertThat(one.json().path("livemode").asBoolean()).isFalse();
            assertThat(one.json().path("id").asString())
                    .isEqualTo(one.headers.firstValue("webhook-id").orElseThrow());
        });
    }

    /// The events are more and larger than one response of the API holds.
    @Test
    void many_and_large_events_arrive_in_their_order() throws Exception {
        try (var service = serve(0)) {
            var feed = new EventFeed(java.net.URI.create("http://127.0.0.1:" + service.port()), KEY);
            Eventually.holds("the events of the demo data are behind", PATIENCE, () -> {
                try {
                    feed.skip();
                    return feed.next().isEmpty();
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            make("acme", false, 1, 130, 90_000);
            var got = new CopyOnWriteArrayList<Integer>();
            Eventually.holds("all are read", PATIENCE, () -> {
                try {
                    feed.next().stream()
                            .map(event -> event.at("/payload/n"))
                            .filter(JsonNode::isNumber)
                            .forEach(number -> got.add(number.asInt()));
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
                return got.size() >= 130;
            });
            assertThat(got).hasSize(130).isSorted().doesNotHaveDuplicates();
            var other = new EventFeed(java.net.URI.create("http://127.0.0.1:" + service.port()), KEY);
            assertThat(other.next()).as("the oldest first, one page at once").isNotEmpty();
        }
    }

    @Test
    void unusable_arguments_are_refused_with_a_hint() throws Exception {
        var key = "--api-key-file=" + Files.writeString(folder.resolve("key"), KEY);
        var to = "--forward-to=http://127.0.0.1:9/hook";
        assertThat(listen(to)).isEqualTo(run(2, "HEDGEROW_API_KEY"));
        assertThat(listen(key)).isEqualTo(run(2, "--forward-to"));
        assertThat(listen(key, "--forward-to=ftp://x/y")).isEqualTo(run(2, "--forward-to is not a web address"));
        assertThat(listen(key, to, "--server=http://api.example")).isEqualTo(run(2, "unencrypted"));
        assertThat(listen("--api-key-file=" + folder.resolve("none"), to)).isEqualTo(run(2, "cannot read"));
        int free;
        try (var socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        assertThat(listen(key, to, "--server=http://127.0.0.1:" + free)).isEqualTo(run(3, "cannot reach"));
        try (var service = serve(0)) {
            var server = "--server=http://127.0.0.1:" + service.port();
            var wrong = "--api-key-file=" + Files.writeString(folder.resolve("wrong"), "hk_test_nobody");
            assertThat(listen(wrong, to, server)).isEqualTo(run(1, "refuses the key"));
        }
        var receiver = receiver();
        try {
            var other = "--server=http://127.0.0.1:" + receiver.getAddress().getPort();
            assertThat(listen(key, to, other)).isEqualTo(run(1, "is not a Hedgerow API"));
        } finally {
            receiver.stop(0);
        }
    }

    // --- helpers -------------------------------------------------------------------------------------------------

    private record Ended(int exit, String said) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Ended wanted && exit == wanted.exit && said.contains(wanted.said);
        }

        @Override
        public int hashCode() {
            return exit;
        }
    }

    private static Ended run(int exit, String said) {
        return new Ended(exit, said);
    }

    private static Ended listen(String... arguments) {
        var run = InProcess.run(new ListenCommand(), arguments);
        assertThat(run.said()).doesNotContain(KEY);
        return new Ended(run.exit(), run.said());
    }

    private HttpServer receiver() throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 16);
        server.createContext("/", exchange -> {
            var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            received.add(new Received(HttpHeaders.of(exchange.getRequestHeaders(), (_, _) -> true), body));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static Service serve(int port) {
        var settings = Map.of(
                "database",
                DATABASE.url(Logins.APP).libpq(),
                "port",
                Integer.toString(port),
                "worker",
                "true",
                "worker-database",
                DATABASE.url(Logins.WORKER).libpq(),
                "log-requests",
                "false",
                "demo",
                "true");
        return Service.start(ServiceSettings.of(Configuration.of(settings, Map.of(), Optional.empty())));
    }

    private static void make(String tenant, boolean live, int first, int last, int bytes) throws SQLException {
        try (var admin = DATABASE.admin();
                var statement = admin.createStatement()) {
            statement.execute(MADE.formatted(tenant, live, first, last, bytes));
        }
    }
}
