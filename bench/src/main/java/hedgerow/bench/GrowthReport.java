package hedgerow.bench;

import hedgerow.mappers.Growth.Cost;
import hedgerow.mappers.Growth.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/// `docs/scaling.md`, and its plots.
///
/// @param orders by how many orders there are, and so on
record GrowthReport(String postgres, List<Row> orders, List<Row> tenants, List<Row> connections) {

    /// At most this many times the pages at the first point of a bounded axis.
    static final double MOST = 1.3;

    /// One row of the report.
    ///
    /// @param at where on the axis
    record Row(int at, Map<Request, Cost> neverAnalyzed, Map<Request, Cost> analyzed) {}

    /// An axis of the report.
    ///
    /// @param bounded whether a request may not cost more along it. With few tenants, a tenant's rows lie side by
    ///     side, so that its lists touch fewer pages than they do with many.
    private record Axis(String name, String title, List<Row> rows, boolean bounded) {}

    private record State(String name, Function<Row, Map<Request, Cost>> costs) {}

    private static final List<State> STATES =
            List.of(new State("never analyzed", Row::neverAnalyzed), new State("analyzed", Row::analyzed));

    private List<Axis> axes() {
        return List.of(
                new Axis("orders", "Orders, of 100 tenants", orders, true),
                new Axis("tenants", "Tenants, of 100,000 orders", tenants, false),
                new Axis("connections", "Connections, 100,000 orders of 100 tenants", connections, true));
    }

    /// Returns the requests whose cost grows by more than [#MOST] along a bounded axis.
    List<String> grown() {
        var grown = new ArrayList<String>();
        for (var axis : axes().stream().filter(Axis::bounded).toList()) {
            for (var state : STATES) {
                for (var request : Request.values()) {
                    var first = cost(axis.rows().getFirst(), state, request).buffers();
                    for (var row : axis.rows()) {
                        var pages = cost(row, state, request).buffers();
                        if (pages > first * MOST) {
                            grown.add("%s, %s: %.1f pages at %,d %s, %.1f at %,d"
                                    .formatted(
                                            request.name().toLowerCase(),
                                            state.name(),
                                            pages,
                                            row.at(),
                                            axis.name(),
                                            first,
                                            axis.rows().getFirst().at()));
                        }
                    }
                }
            }
        }
        return grown;
    }

    private static Cost cost(Row row, State state, Request request) {
        return state.costs().apply(row).get(request);
    }

    /// By the names of their files.
    Map<String, String> plots() {
        var plots = new LinkedHashMap<String, String>();
        for (var axis : axes()) {
            plots.put(file(axis), plot(axis));
        }
        return plots;
    }

    private static String file(Axis axis) {
        return "scaling-%s.svg".formatted(axis.name());
    }

    private static String plot(Axis axis) {
        var plot = new Plot(axis.title(), "pages per request");
        for (var request : Request.values()) {
            for (var state : STATES) {
                plot.add(
                        request.name().toLowerCase() + ", " + state.name(),
                        axis.rows().stream()
                                .map(row -> new Plot.Point(
                                        row.at(), cost(row, state, request).buffers()))
                                .toList());
            }
        }
        return plot.svg();
    }

    String markdown() {
        var text = new StringBuilder("""
            # Scaling

            Written by `bench/grow`, on PostgreSQL %s: pages (8 kB) that the server touches, and bytes that it writes
            into its log, per request through the data source, bind, policies, foreign keys and audit log included. They
            are counted, not timed, so that another machine gives the same.

            Read: one order by its id. List: the 20 newest. Insert: one order. Each order left an audit entry and its
            block, an event, and an idempotency key. Along orders and connections, a request may touch at most %.1f
            times the pages that it touches at the first point, whether or not the tables were ever analyzed;
            `GrowthTest` holds every build to that between 10,000 and 100,000 orders. Along tenants the number of pages
            depends on how the rows of a tenant lie: side by side where few tenants fill the table, so that a list of
            20 touches few pages, and scattered where there are many, so that each of the 20 is on a page of its own.

            """.formatted(postgres, MOST));
        for (var axis : axes()) {
            text.append("## %s%n%n![%s](%s)%n%n".formatted(axis.title(), axis.title(), file(axis)));
            text.append(table(axis, "pages", Cost::buffers));
            text.append(table(axis, "bytes of the log", Cost::walBytes));
        }
        if (!grown().isEmpty()) {
            text.append("**Grows**:%n%n".formatted());
            grown().forEach(line -> text.append("- %s%n".formatted(line)));
            text.append('\n');
        }
        return text.append("""
            ## Again

            ```console
            $ bench/grow             # up to a million orders; writes this page
            $ bench/grow --huge      # up to ten million
            $ bench/grow --short     # a minute
            ```
            """).toString();
    }

    private static String table(Axis axis, String unit, ToDoubleFunction<Cost> figure) {
        var text = new StringBuilder("| %s | | %s |%n|---|---|%s%n"
                .formatted(
                        unit,
                        String.join(
                                " | ",
                                axis.rows().stream()
                                        .map(row -> "%,d".formatted(row.at()))
                                        .toList()),
                        "--:|".repeat(axis.rows().size())));
        for (var request : Request.values()) {
            for (var state : STATES) {
                text.append("| %s | %s | %s |%n"
                        .formatted(
                                request.name().toLowerCase(),
                                state.name(),
                                String.join(
                                        " | ",
                                        axis.rows().stream()
                                                .map(row -> "%,.0f"
                                                        .formatted(figure.applyAsDouble(cost(row, state, request))))
                                                .toList())));
            }
        }
        return text.append('\n').toString();
    }
}
