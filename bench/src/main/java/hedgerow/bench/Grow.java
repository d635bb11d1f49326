package hedgerow.bench;

import hedgerow.mappers.Growth;
import hedgerow.mappers.Growth.Cost;
import hedgerow.mappers.Growth.Request;
import hedgerow.sql.Crowd;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.Logins;
import hedgerow.sql.Migrations;
import hedgerow.sql.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `bench/grow`.
@Command(
        name = "bench/grow",
        sortOptions = false,
        description = {
            "Measure how the cost of a request grows with rows, tenants and connections, and write docs/scaling.md.",
            "Counts pages and bytes, not time: any machine will do. Takes about 15 minutes."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  bench/grow              up to a million orders",
            "  bench/grow --short      10,000 and 100,000 orders; prints the report",
            "  bench/grow --huge       up to ten million",
            "%nExit status: 0 flat, 1 something grows, 2 bad usage."
        })
final class Grow implements Callable<Integer> {

    private static final int TENANTS = 100;
    private static final int ORDERS = 100_000;
    private static final int REQUESTS = 200;

    @Option(names = "--short", description = "Less of everything, in about a minute.")
    private boolean brief;

    @Option(names = "--huge", description = "Ten million orders as well: half an hour more, and 30 GB.")
    private boolean huge;

    @Option(names = "--help", usageHelp = true, description = "Show this.")
    private boolean help;

    private final Path root = Path.of(System.getProperty("bench.root"));
    private final Path docs = root.resolve("docs");
    private final Instant begun = Instant.now();

    static void main(String[] arguments) {
        Locale.setDefault(Locale.ROOT);
        System.exit(new CommandLine(new Grow())
                .setExecutionExceptionHandler((failure, _, _) -> {
                    System.err.println("bench/grow: " + failure);
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws SQLException, IOException {
        try (var server = configured()) {
            var report = new GrowthReport(
                    server.version(),
                    points(server, "orders", orders().map(n -> new Point(new Crowd(TENANTS, n), 1, n))),
                    points(server, "tenants", tenants().map(n -> new Point(new Crowd(n, ORDERS), 1, n))),
                    points(server, "connections", connections().map(n -> new Point(new Crowd(TENANTS, ORDERS), n, n))));
            if (brief) {
                System.out.println(report.markdown());
            } else {
                Files.writeString(docs.resolve("scaling.md"), report.markdown());
                for (var plot : report.plots().entrySet()) {
                    Files.writeString(docs.resolve(plot.getKey()), plot.getValue());
                }
                say("written: docs/scaling.md");
            }
            report.grown().forEach(line -> say("GROWS: " + line));
            return report.grown().isEmpty() ? 0 : 1;
        }
    }

    private Stream<Integer> orders() {
        var usual = Stream.of(10_000, 100_000);
        return brief ? usual : Stream.concat(usual, huge ? Stream.of(1_000_000, 10_000_000) : Stream.of(1_000_000));
    }

    private Stream<Integer> tenants() {
        return brief ? Stream.of(10, 1_000) : Stream.of(10, 100, 1_000, 10_000, 100_000);
    }

    private Stream<Integer> connections() {
        return brief ? Stream.of(8, 32) : Stream.of(8, 64, 256);
    }

    /// A measured crowd, and its place on the axis.
    private record Point(Crowd crowd, int connections, int at) {}

    private List<GrowthReport.Row> points(EmbeddedPostgres server, String axis, Stream<Point> points)
            throws SQLException {
        var rows = new ArrayList<GrowthReport.Row>();
        for (var point : points.toList()) {
            say("%,d %s".formatted(point.at(), axis));
            var database = "grow_%s_%d".formatted(axis, point.at());
            execute(server, "drop database if exists " + database);
            server.createDatabase(database);
            new Migrations(server.url(database, EmbeddedPostgres.SUPERUSER))
                    .migrate(Optional.of(Mode.PLAIN), line -> {});
            server.setPasswords();
            try (var admin = server.url(database, EmbeddedPostgres.SUPERUSER).connect();
                    var statement = admin.createStatement()) {
                point.crowd().fill(admin);
                var never = costs(server, database, point);
                statement.execute("analyze");
                var row = new GrowthReport.Row(point.at(), never, costs(server, database, point));
                say(row.toString());
                rows.add(row);
            }
            execute(server, "drop database " + database + " with (force)");
        }
        return rows;
    }

    private static Map<Request, Cost> costs(EmbeddedPostgres server, String database, Point point) throws SQLException {
        try (var growth = Growth.of(
                server.url("postgres", EmbeddedPostgres.SUPERUSER),
                server.url(database, Logins.APP),
                point.crowd(),
                point.connections())) {
            return growth.costs(Math.max(4, REQUESTS / point.connections()));
        }
    }

    private static void execute(EmbeddedPostgres server, String sql) throws SQLException {
        try (var admin = server.url("postgres", EmbeddedPostgres.SUPERUSER).connect();
                var statement = admin.createStatement()) {
            statement.execute(sql);
        }
    }

    /// Nothing writes into the log but the requests. It takes a start to have more connections.
    private EmbeddedPostgres configured() throws SQLException {
        var data = root.resolve("bench/target/growth");
        try (var server = EmbeddedPostgres.open(data, 0, this::say)) {
            for (var setting : List.of(
                    "max_connections = 300",
                    "autovacuum = off",
                    "fsync = off",
                    "full_page_writes = off",
                    "max_wal_size = '8GB'")) {
                execute(server, "alter system set " + setting);
            }
        }
        return EmbeddedPostgres.open(data, 0, this::say);
    }

    private void say(String line) {
        var passed = Duration.between(begun, Instant.now());
        System.err.printf("%3d:%02d  %s%n", passed.toMinutes(), passed.toSecondsPart(), line);
    }
}
