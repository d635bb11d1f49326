package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hedgerow.server.DemoKeys;
import hedgerow.sql.Eventually;
import hedgerow.sql.FirstColumn;
import hedgerow.sql.HedgerowDatabase;
import hedgerow.sql.Logins;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/// A service under load, good and bad requests mixed, which is killed, and whose database is killed: `bench/soak`.
class SoakTest {

    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("hedgerow.soak", 10));
    private static final int KILLS = Integer.getInteger("hedgerow.soak.kills", 2);

    private static final int CLIENTS = 4;
    private static final int POOL = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String KEY = "Bearer " + DemoKeys.testKey("acme", "Owner");

    @RegisterExtension
    static final HedgerowDatabase DATABASE = HedgerowDatabase.migrated().seeded();

    /// By their idempotency keys, which are their names too: the ids of customers whose creation was acknowledged.
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private int port;
    private volatile boolean disturbed;

    @BeforeEach
    void waitForTheDisk() throws SQLException, IOException {
        execute("do 'begin execute format($f$alter database %I set synchronous_commit = on$f$, current_database());"
                + " end'");
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void no_acknowledged_write_is_lost_when_the_service_and_its_database_are_killed() throws Exception {
        disturbed = true;
        var serve = serve();
        try {
            for (var kill = 0; kill < KILLS; kill++) {
                load(TIME.dividedBy(KILLS));
                if (kill % 2 == 0 && DATABASE.restart().isPresent()) {
                    killDatabase();
                } else {
                    serve.kill();
                    serve = serve();
                }
            }
            load(Duration.ofSeconds(1));
        } finally {
            serve.close();
        }
        assertThat(acknowledged).hasSizeGreaterThan(10);
        assertThat(violations).isEmpty();
        assertThat(names("select name || ' ' || id from app.customer where name like 'soak %'"))
                .as("each once, as it was acknowledged")
                .containsAll(acknowledged.entrySet().stream()
                        .map(made -> made.getKey() + " " + made.getValue())
                        .toList());
        assertThat(names("select name from app.customer where name like 'soak %' group by name having count(*) > 1"))
                .as("made twice")
                .isEmpty();
        assertThat(names("select problem from app.verify_audit_log() where not intact"))
                .isEmpty();
    }

    @Test
    void nothing_grows_under_load() throws Exception {
        try (var serve = serve()) {
            load(TIME.dividedBy(2)); // what a service has once
            var before = Held.of(serve.pid());
            load(TIME);
            var after = Held.of(serve.pid());
            System.err.println("soak: " + before + ", then " + after);
            assertThat(after.descriptors()).isLessThanOrEqualTo(before.descriptors() + 2 * CLIENTS);
            assertThat(after.heap()).isLessThanOrEqualTo(before.heap() * 6 / 5 + (16 << 10));
            assertThat(names("select pid from pg_stat_activity where application_name = 'hedgerow serve'"))
                    .hasSize(POOL);
        }
        assertThat(violations).isEmpty();
        execute("vacuum");
        assertThat(names("""
            select relname || ' ' || n_dead_tup || ' of ' || n_live_tup
              from pg_stat_user_tables where n_dead_tup > n_live_tup + 100
            """)).as("dead rows that stay").isEmpty();
    }

    private Cli serve() throws IOException {
        var serve = Cli.start(
                folder,
                "serve",
                "--port=" + port,
                "--database=" + DATABASE.url(Logins.APP).libpq(),
                "--pool-size=" + POOL,
                "--requests-per-minute=1000000",
                "--demo=true");
        Eventually.holds(
                "it serves", PATIENCE, () -> serve.said().contains("\"event\":\"serving\"") || !serve.isAlive());
        assertThat(serve.isAlive()).as(serve.said()).isTrue();
        return serve;
    }

    /// The postmaster, which can tell none of its sessions.
    private void killDatabase() throws SQLException {
        var postmaster = names("select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")
                .getFirst();
        var process = ProcessHandle.of(Long.parseLong(postmaster)).orElseThrow();
        var sessions = process.children().toList();
        process.destroyForcibly();
        process.onExit().join();
        sessions.forEach(session -> session.onExit().join()); // they notice
        DATABASE.restart().orElseThrow().accept("immediate");
    }

    private void load(Duration time) throws Exception {
        var end = System.nanoTime() + time.toNanos();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var n = 0; n < CLIENTS; n++) {
                var random = new Random();
                threads.submit(() -> {
                    while (System.nanoTime() < end) {
                        send(random);
                    }
                });
            }
        }
    }

    private void send(Random random) {
        try {
            switch (random.nextInt(8)) {
                case 0, 1, 2 -> create("soak " + random.nextLong());
                case 3 -> expect(200, request("/v1/customers?limit=20").GET());
                case 4 -> expect(200, request("/v1/payment-orders?limit=20").GET());
                case 5 -> expect(400, post("/v1/customers", "{\"name\": "));
                case 6 ->
                    expect(
                            404,
                            request("/v1/customers/00000000-0000-7000-8000-000000000000")
                                    .GET());
                default ->
                    expect(
                            401,
                            request("/v1/customers")
                                    .setHeader("Authorization", "Bearer hk_test_x")
                                    .GET());
            }
        } catch (IOException e) {
            if (!disturbed) {
                violations.add(e.toString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Creates a customer, and retries until its creation is acknowledged.
    private void create(String name) throws IOException, InterruptedException {
        var request = post("/v1/customers", "{\"name\": \"%s\"}".formatted(name))
                .header("Idempotency-Key", name.replace(' ', '-'))
                .build();
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() == 201) {
            var id = Pattern.compile("\"id\":\"([^\"]+)\"").matcher(answer.body());
            assertThat(id.find()).isTrue();
            acknowledged.put(name, id.group(1));
        } else if (!disturbed || answer.statusCode() < 500) {
            violations.add(answer.statusCode() + " " + answer.body());
        }
    }

    private void expect(int status, HttpRequest.Builder request) throws IOException, InterruptedException {
        var answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != status && !(disturbed && answer.statusCode() >= 500)) {
            violations.add("%d instead of %d: %s".formatted(answer.statusCode(), status, answer.body()));
        }
    }

    private HttpRequest.Builder post(String path, String body) {
        return request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(body));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", KEY);
    }

    /// The resources that a process holds.
    ///
    /// @param heap kilobytes that are in use after a collection
    private record Held(long descriptors, long heap) {

        private static final Pattern USED = Pattern.compile("(?:total \\d+K, )?used (\\d+)K");

        static Held of(long pid) throws IOException {
            try (var open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
                jcmd(pid, "GC.run");
                var used = USED.matcher(jcmd(pid, "GC.heap_info"));
                assertThat(used.find()).isTrue();
                return new Held(open.count(), Long.parseLong(used.group(1)));
            }
        }

        private static String jcmd(long pid, String command) throws IOException {
            var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
            var process = new ProcessBuilder(jcmd, Long.toString(pid), command)
                    .redirectErrorStream(true)
                    .start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<String> names(String sql) throws SQLException {
        try (var admin = DATABASE.admin()) {
            return new ArrayList<>(FirstColumn.of(admin, sql));
        }
    }

    private static void execute(String sql) throws SQLException {
        try (var admin = DATABASE.admin();
                var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }
}
