package hedgerow.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.databind.json.JsonMapper;

/// Generates load on 32 connections: wrk for services, pgbench for the database.
final class Load {

    static final int CONNECTIONS = 32;

    private static final int REQUESTS = 20_000;
    private static final Pattern TRANSACTIONS = Pattern.compile("actually processed: (\\d+)");
    private static final Pattern FAILED = Pattern.compile("number of failed transactions: (\\d+)");
    private static final Pattern PER_SECOND = Pattern.compile("tps = ([0-9.]+)");

    private final Path sources;
    private final Path work;
    private final Databases databases;

    /// A load generator.
    ///
    /// @param sources of the benchmark
    /// @param work where files may be written
    Load(Path sources, Path work, Databases databases) {
        this.sources = sources;
        this.work = work;
        this.databases = databases;
    }

    Sample wrk(Running running, Workload workload, Duration time, int round)
            throws IOException, InterruptedException, SQLException {
        var dialect = running.contestant().dialect();
        var command = List.of(
                "wrk",
                "--threads=1",
                "--connections=" + CONNECTIONS,
                "--duration=%ds".formatted(time.toSeconds()),
                "--timeout=10s",
                "--script=" + sources.resolve("load.lua"),
                running.address(),
                "--",
                requests(dialect, workload).toString(),
                Integer.toString(round * 7_919),
                Boolean.toString(dialect == Dialect.GRAPHQL));
        var service = (Supplier<Duration>) () -> Cpu.ofTree(running.processId());
        return measured(service, () -> {
            var answer = JsonMapper.shared().readTree(lastLine(output(command)));
            var requests = answer.get("requests").asLong();
            return new Outcome(
                    requests,
                    requests / answer.get("seconds").asDouble(),
                    answer.get("p50").asDouble(),
                    answer.get("p99").asDouble(),
                    answer.get("errors").asLong());
        });
    }

    /// The requests for all contestants with this `dialect`, made once.
    private Path requests(Dialect dialect, Workload workload) throws IOException {
        var file = work.resolve("requests-%s-%s".formatted(dialect, workload));
        if (!Files.exists(file)) {
            var random = new Random(1);
            var text = new StringBuilder();
            for (var i = 0; i < REQUESTS; i++) {
                text.append(dialect.any(workload, random).raw()).append('\0');
            }
            Files.writeString(file, text);
        }
        return file;
    }

    /// Runs the binder's statements without a service.
    Sample pgbench(Workload workload, Duration time, int round) throws IOException, InterruptedException, SQLException {
        var logs = Files.createTempDirectory(work, "pgbench-");
        var command = pgbench(workload, "--client=" + CONNECTIONS, "--jobs=2", "--time=" + time.toSeconds());
        command.addAll(List.of("--log", "--log-prefix=" + logs.resolve("log"), "--sampling-rate=0.1"));
        command.add("--random-seed=" + (round + 1));
        return measured(Cpu::ofEnded, () -> {
            var answer = output(command);
            var times = latencies(logs);
            return new Outcome(
                    (long) number(TRANSACTIONS, answer),
                    number(PER_SECOND, answer),
                    percentile(times, 0.50),
                    percentile(times, 0.99),
                    (long) number(FAILED, answer));
        });
    }

    private ArrayList<String> pgbench(Workload workload, String... options) {
        var command = new ArrayList<>(List.of("pgbench", "--no-vacuum", "--protocol=prepared", "--define=fresh=1"));
        command.addAll(List.of(options));
        command.add("--file=" + sources.resolve("sql/limit-%s.sql".formatted(workload.word())));
        command.add(databases.application(Databases.Kind.PLAIN).toString());
        return command;
    }

    private static List<Double> latencies(Path logs) throws IOException {
        var times = new ArrayList<Double>();
        try (var files = Files.list(logs)) {
            for (var file : files.toList()) {
                try (var lines = Files.lines(file)) {
                    lines.map(line -> Double.parseDouble(line.split(" ")[2]) / 1_000)
                            .forEach(times::add);
                }
                Files.delete(file);
            }
        }
        Files.delete(logs);
        return times.stream().sorted().toList();
    }

    private static double percentile(List<Double> sorted, double part) {
        return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(sorted.size() * part)));
    }

    /// The result of a load generator.
    private record Outcome(long requests, double perSecond, double p50, double p99, long errors) {}

    @FunctionalInterface
    private interface Round {
        Outcome run() throws IOException, InterruptedException;
    }

    private Sample measured(Supplier<Duration> service, Round round)
            throws IOException, InterruptedException, SQLException {
        var database = databases.processId();
        var countedBefore = databases.counted();
        var serviceBefore = service.get();
        var databaseBefore = Cpu.ofTree(database);
        var outcome = round.run();
        var databaseAfter = Cpu.ofTree(database);
        var serviceAfter = service.get();
        var counted = databases.counted();
        return new Sample(
                outcome.perSecond(),
                outcome.p50(),
                outcome.p99(),
                micros(serviceAfter.minus(serviceBefore)) / outcome.requests(),
                micros(databaseAfter.minus(databaseBefore)) / outcome.requests(),
                (counted.buffers() - countedBefore.buffers()) / (double) outcome.requests(),
                (counted.walBytes() - countedBefore.walBytes()) / (double) outcome.requests(),
                outcome.errors());
    }

    private static double micros(Duration time) {
        return time.toNanos() / 1_000.0;
    }

    private String output(List<String> command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("PGPASSFILE", databases.passwordFile().toString());
        var process = Children.start(builder);
        try (var output = process.getInputStream()) {
            var text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException("%s failed: %s".formatted(command.getFirst(), text.strip()));
            }
            return text;
        } finally {
            process.destroyForcibly();
        }
    }

    private static String lastLine(String text) {
        return text.strip().lines().reduce((first, second) -> second).orElse("");
    }

    private static double number(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("pgbench did not say %s: %s".formatted(pattern, text)));
    }
}
