package hedgerow.bench;

import java.time.LocalDate;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// Writes `docs/benchmarks.md`.
final class Report {

    private static final String METHOD = """
        ## How it is measured

        All ask one PostgreSQL server for the same rows: 1,000,000 orders in 1,000 tenants, under the schema and
        the policies of the project, all in shared buffers, with fsync. `sealed` and `floor` have copies of that
        database: sealed by `hedgerow migrate`; without row level security but with the audit log. Every
        service answers the same JSON, which the run compares before it measures, up to the spelling of numbers
        and times; an order of another tenant is not there. 32 connections ask for random tenants and orders
        (wrk; pgbench sends the SQL of the data source, prepared, in one pipeline). All share the processors, so
        that a service pays for what it makes the database and the load generator do.

        The contestants take turns, in another order in each round; figures are the median of the rounds, ratios
        the median of the ratios within a round. Per request there are always the processor time of the service's
        processes (pgbench's own for `limit`) and of all of PostgreSQL's; the pages that PostgreSQL touched and
        the bytes that it wrote into its log, which are the same on a busy machine; and round trips, counted by a
        proxy between service and database in a pass of their own. `±` is how far the rounds of a contestant lie
        apart: with more than 20 %% the machine was not quiet, and there is no figure of requests per second and
        of latency. Less than 20 %% between two is a tie: between runs it may be the other way round.
        Statistics are brought up to date before each measurement, as autovacuum would.

        `limit` is pgbench; `floor`, `plain`, `sealed`, `set-only`, `transaction` and `transaction-checked` are one
        program with the project's mappers and differ in nothing but the binding. `transaction`, Spring, Prisma,
        PostGraphile and node pg set the session variables themselves; they do not ask whether the actor may act
        for the tenant, as `app.bind` does at every request: `transaction-checked` does, by one more statement, and
        `set-only` is the data source without it. `serve` is the real API: authentication by key, limits, contract,
        metrics, and for an insert its transaction with an event. Each has a pool of %d connections and runs as
        for production.

        ## Again

        ```console
        $ bench/run             # everything; writes this page
        $ bench/run --quick     # does it run?
        $ bench/run --help
        ```

        It takes JDK 25, Maven, Node, npm, wrk and pgbench.
        """;

    private final Results results;
    private final List<Contestant> contestants;
    private final List<String> machine;
    private final String rounds;

    Report(Results results, List<Contestant> contestants, List<String> machine, String rounds) {
        this.results = results;
        this.contestants = contestants;
        this.machine = machine;
        this.rounds = rounds;
    }

    String markdown() {
        var out = new StringBuilder("# Benchmarks\n\n");
        out.append("Written by `bench/run` on %s: %s.%n%n".formatted(LocalDate.now(), rounds));
        machine.forEach(line -> out.append("- ").append(line).append('\n'));
        out.append("\n## Aims\n\n| aim | measured | |\n|---|---|---|\n");
        for (var aim : new Aims(results).all()) {
            out.append("| %s | %s | %s |%n".formatted(aim.text(), aim.found(), aim.met() ? "met" : "**not met**"));
        }
        for (var workload : Workload.values()) {
            if (!results.contestants(workload).isEmpty()) {
                table(out, workload);
            }
        }
        distant(out);
        names(out);
        return out.append(METHOD.formatted(Contestants.POOL)).toString();
    }

    private void table(StringBuilder out, Workload workload) {
        out.append("%n## To %s%n%n".formatted(workload.title()));
        out.append("""
            | | service µs | PostgreSQL µs | buffers | WAL bytes | round trips | ± | requests/s | p50 ms | p99 ms \
            | of limit | of floor | of transaction |
            |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|
            """);
        for (var name : results.contestants(workload)) {
            out.append("| `%s` | %.0f | %.0f | %.1f | %,.0f | %s | %s | %s | %s | %s | %s | %s | %s |%s%n"
                    .formatted(
                            name,
                            results.median(workload, name, Sample::serviceMicros),
                            results.median(workload, name, Sample::databaseMicros),
                            results.median(workload, name, Sample::buffers),
                            results.median(workload, name, Sample::walBytes),
                            figure("%.2f", results.trips(name, workload)),
                            figure("%.0f %%", results.spread(workload, name)),
                            quiet("%,.0f", workload, name, Sample::perSecond),
                            quiet("%.2f", workload, name, Sample::p50),
                            quiet("%.2f", workload, name, Sample::p99),
                            ratio(workload, name, Bench.LIMIT),
                            ratio(workload, name, Contestants.FLOOR),
                            ratio(workload, name, Contestants.TRANSACTION),
                            failures(workload, name)));
        }
    }

    /// A figure of time, if the rounds of the contestant agree on it.
    private String quiet(String format, Workload workload, String name, ToDoubleFunction<Sample> figure) {
        return results.isQuiet(workload, name) ? format.formatted(results.median(workload, name, figure)) : "";
    }

    private String ratio(Workload workload, String name, String other) {
        return results.isQuiet(workload, name) && results.isQuiet(workload, other)
                ? figure("%.2f", results.ratio(workload, name, other))
                : "";
    }

    private static String figure(String format, OptionalDouble value) {
        return value.isPresent() ? format.formatted(value.getAsDouble()) : "";
    }

    private String failures(Workload workload, String name) {
        var errors = results.errors(workload, name);
        return errors == 0 ? "" : " **%d failed** |".formatted(errors);
    }

    private void distant(StringBuilder out) {
        out.append("""

            ## To read one order where the database is 1 ms away

            One client. The proxy that counts round trips holds back what each side sends for half of that.

            | | p50 ms | p99 ms | p50, of `transaction` |
            |---|--:|--:|--:|
            """);
        var transaction = results.distant().get(Contestants.TRANSACTION);
        results.distant()
                .forEach((name, time) -> out.append("| `%s` | %.2f | %.2f | %s |%n"
                        .formatted(
                                name,
                                time.p50(),
                                time.p99(),
                                transaction == null ? "" : "%.2f".formatted(time.p50() / transaction.p50()))));
    }

    private void names(StringBuilder out) {
        out.append("\n| | |\n|---|---|\n| `limit` | pgbench, the same SQL under the same policies |\n");
        out.append(contestants.stream()
                .map(one -> "| `%s` | %s |%n".formatted(one.name(), one.title()))
                .collect(Collectors.joining()));
        out.append('\n');
    }
}
