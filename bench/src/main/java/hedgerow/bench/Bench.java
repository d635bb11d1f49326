package hedgerow.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The program `bench/run`.
@Command(
        name = "bench/run",
        sortOptions = false,
        description = {
            "Measure Hedgerow and others side by side, on one database, by turns, and write docs/benchmarks.md.",
            "Takes about 20 minutes, and a few more the first time."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bench/run                                 everything",
            "  bench/run --quick                         one short round of everything: does it run?",
            "  bench/run --only limit,floor,plain --workload read --rounds 5",
            "%nExit status: 0 done, 1 failed or requests failed, 2 bad usage."
        })
final class Bench implements Callable<Integer> {

    static final String LIMIT = "limit";

    private static final int WARM = 60_000;
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final int WARM_UP_SLICES = 6;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--seconds",
            paramLabel = "<n>",
            defaultValue = "8",
            description = "Duration of a round (default: 8).")
    private int seconds;

    @Option(names = "--rounds", paramLabel = "<n>", defaultValue = "3", description = "Rounds of each (default: 3).")
    private int rounds;

    @Option(names = "--quick", description = "One round of 3 seconds.")
    private boolean quick;

    @Option(
            names = "--only",
            split = ",",
            paramLabel = "<name>",
            description = "Only these, and print the report instead of writing it.")
    private List<String> only = List.of();

    @Option(
            names = "--workload",
            split = ",",
            paramLabel = "<name>",
            description = "Only these: read, list, insert, many.")
    private List<Workload> workloads = List.of(Workload.values());

    @Option(names = "--help", usageHelp = true, description = "Show this.")
    private boolean help;

    private final Path root = Path.of(System.getProperty("bench.root"));
    private final Path work = root.resolve("bench/target");
    private final List<Running> running = new ArrayList<>();
    private final Instant begun = Instant.now();
    private final double load = Machine.load();
    private Results results;

    static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new Bench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, _, _) -> {
                    System.err.println("bench: " + failure.getMessage());
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        var names = names();
        results = new Results(names);
        if (quick) {
            seconds = 3;
            rounds = 1;
        }
        try (var databases = Databases.open(work.resolve("data"), root.resolve("bench/sql"), this::say)) {
            var contestants = names.stream()
                    .filter(name -> !name.equals(LIMIT))
                    .map(new Contestants(databases, root)::of)
                    .toList();
            check(contestants);
            try {
                start(contestants);
                measure(databases, names);
            } finally {
                running.forEach(Running::close);
            }
            report(databases, contestants);
        }
        return results.errors() == 0 ? 0 : 1;
    }

    private List<String> names() {
        var all = Stream.concat(Stream.of(LIMIT), Contestants.NAMES.stream()).toList();
        var unknown = only.stream().filter(name -> !all.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "unknown: %s; there are %s".formatted(unknown, String.join(", ", all)));
        }
        if (seconds < 1 || rounds < 1) {
            throw new ParameterException(command.commandLine(), "--seconds and --rounds are 1 or more");
        }
        return all.stream()
                .filter(name -> only.isEmpty() || only.contains(name))
                .toList();
    }

    private void check(List<Contestant> contestants) throws IOException, InterruptedException {
        try (var check = new Check(work.resolve("logs/check"))) {
            for (var contestant : contestants) {
                say("comparing answers and counting round trips: " + contestant.name());
                results.addChecked(contestant.name(), check.of(contestant));
            }
        }
    }

    private void start(List<Contestant> contestants) throws IOException, InterruptedException {
        for (var contestant : contestants) {
            if (contestant.name().equals(Contestants.SERVE)) {
                measureStartUp(contestant);
            }
            say("starting " + contestant.name());
            running.add(Running.start(contestant, work.resolve("logs")));
        }
    }

    private void measureStartUp(Contestant contestant) throws IOException, InterruptedException {
        for (var i = 0; i < 5; i++) {
            try (var started = Running.start(contestant, work.resolve("logs"))) {
                results.addStartUp(started.startUp());
            }
        }
        say("start-up of %s: %s".formatted(contestant.name(), results.startUp().orElseThrow()));
    }

    /// By turns, each round in another order, so that what disturbs the machine disturbs all.
    private void measure(Databases databases, List<String> contestants)
            throws IOException, InterruptedException, SQLException {
        var load = new Load(root.resolve("bench"), work, databases);
        var turns = new Turns(workloads.size() * contestants.size() * (1 + rounds));
        for (var workload : workloads) {
            var names = contestants.stream().filter(workload::isAskedOf).toList();
            for (var name : names) {
                turns.say("warming up", workload, name);
                warmUp(load, name, workload);
            }
            databases.settle();
            for (var round = 1; round <= rounds; round++) {
                var order = new ArrayList<>(names);
                Collections.rotate(order, round);
                for (var name : order) {
                    turns.say("round " + round, workload, name);
                    var sample = run(load, name, workload, Duration.ofSeconds(seconds), round);
                    results.add(workload, name, sample);
                    say("%,.0f requests/s%s"
                            .formatted(sample.perSecond(), sample.errors() > 0 ? ", ERRORS " + sample.errors() : ""));
                }
            }
        }
    }

    /// Warms a contestant until it has answered enough for a just-in-time compiler, or its time is over.
    private void warmUp(Load load, String name, Workload workload)
            throws IOException, InterruptedException, SQLException {
        var answered = 0.0;
        for (var slice = 0; answered < WARM && slice < (quick ? 1 : WARM_UP_SLICES); slice++) {
            answered += run(load, name, workload, WARM_UP, slice).perSecond() * WARM_UP.toSeconds();
        }
    }

    private Sample run(Load load, String name, Workload workload, Duration time, int round)
            throws IOException, InterruptedException, SQLException {
        if (name.equals(LIMIT)) {
            return load.pgbench(workload, time, round);
        }
        var contestant = running.stream()
                .filter(one -> one.contestant().name().equals(name))
                .findFirst()
                .orElseThrow();
        return load.wrk(contestant, workload, time, round);
    }

    private void report(Databases databases, List<Contestant> contestants) throws IOException, InterruptedException {
        var turns = "%d round%s of %d s%s"
                .formatted(
                        rounds,
                        rounds == 1 ? "" : "s",
                        seconds,
                        quick ? ", a rehearsal whose figures mean nothing" : "");
        var report = new Report(results, contestants, Machine.describe(databases.version(), load), turns).markdown();
        if (only.isEmpty() && workloads.size() == Workload.values().length) {
            Files.writeString(root.resolve("docs/benchmarks.md"), report);
            say("written: docs/benchmarks.md");
        } else {
            System.out.println(report);
        }
    }

    private void say(String line) {
        var passed = Duration.between(begun, Instant.now());
        System.err.printf("%3d:%02d  %s%n", passed.toMinutes(), passed.toSecondsPart(), line);
    }

    /// Reports the progress of a run, and its remaining time.
    private final class Turns {

        private final int all;
        private int done;
        private Instant first;

        Turns(int all) {
            this.all = all;
        }

        void say(String what, Workload workload, String name) {
            if (first == null) {
                first = Instant.now();
            }
            var each = done == 0
                    ? Duration.ofSeconds(seconds + 1)
                    : Duration.between(first, Instant.now()).dividedBy(done);
            var left = each.multipliedBy(all - done);
            done++;
            Bench.this.say("[%d of %d, about %d min left] %s: %s, %s"
                    .formatted(done, all, left.toMinutes() + 1, workload.word(), name, what));
        }
    }
}
