package hedgerow.bench;

import hedgerow.sql.Wire;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Checks that a contestant returns the same as the others, and counts how often it waits for the database.
final class Check implements AutoCloseable {

    /// The number of requests after which every driver has prepared its statements.
    private static final int WARM_UP = 60;

    private static final int COUNTED = 50;
    private static final int BATCHES = 3;
    /// The round trip between two zones of a cloud.
    private static final Duration DISTANCE = Duration.ofMillis(1);

    private static final int DISTANT = 300;
    private static final List<Integer> TENANTS = List.of(1, 500, 1_000);

    /// The tenant that has more orders after each contestant.
    private static final int CHANGING = 2;

    /// The fields in which every new order differs.
    private static final List<String> OWN = List.of("id", "created_at", "updated_at", "created_by");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Path logs;
    private final Map<String, Object> expected = new TreeMap<>();

    Check(Path logs) {
        this.logs = logs;
    }

    /// The results of the checks.
    ///
    /// @param trips round trips per request
    /// @param distant what one client waits for an order, in milliseconds, where the database is [#DISTANCE] away
    record Checked(Map<Workload, Double> trips, Distant distant) {}

    record Distant(double p50, double p99) {}

    /// Starts `contestant` behind a proxy that counts, and then delays.
    ///
    /// @throws IllegalStateException if it answers anything else than those before it
    Checked of(Contestant contestant) throws IOException, InterruptedException {
        try (var wire = Wire.to(contestant.database());
                var running = Running.start(contestant.over(wire.url()), logs)) {
            checkAnswers(running);
            var trips = new EnumMap<Workload, Double>(Workload.class);
            for (var workload : Workload.values()) {
                if (workload.isAskedOf(contestant.name())) {
                    trips.put(workload, trips(wire, running, workload));
                }
            }
            wire.delay(DISTANCE);
            return new Checked(trips, distant(running));
        }
    }

    private Distant distant(Running running) throws IOException, InterruptedException {
        repeat(running, Workload.READ, WARM_UP);
        var random = new Random(3);
        var times = new double[DISTANT];
        for (var i = 0; i < DISTANT; i++) {
            var ask = running.contestant().dialect().any(Workload.READ, CHANGING, random);
            var begun = System.nanoTime();
            ask(running, ask);
            times[i] = (System.nanoTime() - begun) / 1e6;
        }
        Arrays.sort(times);
        return new Distant(times[DISTANT / 2], times[DISTANT * 99 / 100]);
    }

    private double trips(Wire wire, Running running, Workload workload) throws IOException, InterruptedException {
        repeat(running, workload, WARM_UP);
        var least = Integer.MAX_VALUE;
        for (var batch = 0; batch < BATCHES; batch++) {
            var before = wire.roundTrips();
            repeat(running, workload, COUNTED);
            least = Math.min(least, wire.roundTrips() - before);
        }
        return (double) least / COUNTED;
    }

    private void repeat(Running running, Workload workload, int times) throws IOException, InterruptedException {
        var random = new Random(2);
        for (var i = 0; i < times; i++) {
            ask(running, running.contestant().dialect().any(workload, CHANGING, random));
        }
    }

    private void checkAnswers(Running running) throws IOException, InterruptedException {
        var dialect = running.contestant().dialect();
        for (var tenant : TENANTS) {
            for (var order : List.of(0, 7, 999)) {
                var one = rows(running, dialect.read(tenant, Ids.order(tenant, order)));
                same(running, "order %d of tenant %d".formatted(order, tenant), one);
            }
            var newest = (List<?>) rows(running, dialect.list(tenant));
            for (var row = 0; row < newest.size(); row++) {
                same(running, "row %d of the orders of tenant %d".formatted(row, tenant), newest.get(row));
            }
            same(running, "the number of the orders of tenant " + tenant, newest.size());
            var foreign = ask(running, dialect.read(tenant, Ids.order(tenant % Ids.TENANTS + 1, 0)));
            if (foreign.statusCode() != 404 && !isNothing(dialect, foreign)) {
                throw wrong(running, "an order of another tenant", "nothing", foreign.body());
            }
        }
        same(running, "a new order", inserted(running, CHANGING));
    }

    private static boolean isNothing(Dialect dialect, HttpResponse<String> answer) {
        return answer.statusCode() == 200
                && dialect.rows(JsonMapper.shared().readTree(answer.body())).isNull();
    }

    private Object inserted(Running running, int tenant) throws IOException, InterruptedException {
        var dialect = running.contestant().dialect();
        var row = new TreeMap<>((Map<?, ?>) rows(running, dialect.insert(tenant, Ids.customer(tenant, 3), 1_234)));
        OWN.forEach(row::remove);
        return row;
    }

    private void same(Running running, String what, Object found) {
        var before = expected.putIfAbsent(what, found);
        if (before != null && !before.equals(found)) {
            throw wrong(running, what, before, found);
        }
    }

    private static IllegalStateException wrong(Running running, String what, Object expected, Object found) {
        return new IllegalStateException("%s answers differently. %s:%n  expected %s%n  found    %s"
                .formatted(running.contestant().name(), what, expected, found));
    }

    private Object rows(Running running, Ask ask) throws IOException, InterruptedException {
        var answer = ask(running, ask);
        if (answer.statusCode() / 100 != 2) {
            throw wrong(running, ask.path(), "an answer", answer.statusCode() + " " + answer.body());
        }
        var dialect = running.contestant().dialect();
        var rows = dialect.rows(JsonMapper.shared().readTree(answer.body()));
        return rows.isArray()
                ? rows.valueStream().map(row -> columns(dialect, row)).toList()
                : columns(dialect, rows);
    }

    /// The columns of a row, equal up to the spelling of numbers and times.
    private static Map<String, Object> columns(Dialect dialect, JsonNode row) {
        var values = new TreeMap<String, Object>();
        for (var column : Dialect.COLUMNS) {
            var value = row.get(dialect.name(column));
            values.put(column, value == null ? "missing" : plain(value));
        }
        return values;
    }

    private static Object plain(JsonNode value) {
        if (value.isObject() || value.isNull()) {
            return value.toString();
        }
        try {
            return OffsetDateTime.parse(value.asString()).toInstant();
        } catch (DateTimeParseException e) {
            return value.asString();
        }
    }

    private HttpResponse<String> ask(Running running, Ask ask) throws IOException, InterruptedException {
        return client.send(ask.to(running.address()), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        client.close();
    }
}
