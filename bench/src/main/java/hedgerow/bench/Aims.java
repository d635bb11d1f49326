package hedgerow.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The aims of Hedgerow, and whether it has reached them.
final class Aims {

    private static final Duration START_UP = Duration.ofSeconds(2);

    /// The tolerance: a request may coincide with a message that a pool sends by itself.
    private static final double ONE_TRIP = 1.05;

    /// An aim.
    ///
    /// @param found the measured result
    record Aim(String text, String found, boolean met) {}

    private final Results results;

    Aims(Results results) {
        this.results = results;
    }

    /// The aims with figures: ratios only of rounds that agree.
    List<Aim> all() {
        var aims = new ArrayList<Aim>();
        for (var workload : Workload.values()) {
            for (var name : List.of(Contestants.PLAIN, Contestants.SEALED)) {
                results.trips(name, workload)
                        .ifPresent(trips -> aims.add(new Aim(
                                "%s, %s: one round trip".formatted(name, workload.word()),
                                "%.2f".formatted(trips),
                                trips <= ONE_TRIP)));
            }
        }
        for (var workload : Workload.values()) {
            aims.addAll(ratio(workload, Contestants.PLAIN, Contestants.FLOOR, 0.85));
            aims.addAll(ratio(workload, Contestants.PLAIN, Contestants.TRANSACTION, 1.4));
            aims.addAll(ratio(workload, Contestants.SEALED, Contestants.TRANSACTION, 1.0));
        }
        aims.addAll(ratio(Workload.READ, Contestants.PLAIN, Contestants.TRANSACTION_CHECKED, 1.4));
        aims.addAll(ratio(Workload.READ, Contestants.SET_ONLY, Contestants.TRANSACTION, 1.4));
        distant().ifPresent(aims::add);
        aims.addAll(ratio(Workload.READ, Contestants.PLAIN, Bench.LIMIT, 0.4));
        aims.addAll(ratio(Workload.READ, Contestants.PLAIN, Contestants.POSTGRAPHILE, 5));
        aims.addAll(ratio(Workload.READ, Contestants.PLAIN, Contestants.PRISMA, 8));
        results.startUp()
                .ifPresent(time -> aims.add(new Aim(
                        "`hedgerow serve`: first answer within %d s of its start".formatted(START_UP.toSeconds()),
                        "%.2f s".formatted(time.toMillis() / 1_000.0),
                        time.compareTo(START_UP) < 0)));
        return List.copyOf(aims);
    }

    private Optional<Aim> distant() {
        var ours = results.distant().get(Contestants.PLAIN);
        var others = results.distant().get(Contestants.TRANSACTION);
        return ours == null || others == null
                ? Optional.empty()
                : Optional.of(new Aim(
                        "plain, read, database 1 ms away: p50 at most 0.4 times that of `transaction`",
                        "%.2f".formatted(ours.p50() / others.p50()),
                        ours.p50() <= 0.4 * others.p50()));
    }

    private List<Aim> ratio(Workload workload, String ours, String other, double least) {
        if (!results.isQuiet(workload, ours) || !results.isQuiet(workload, other)) {
            return List.of();
        }
        return results.ratio(workload, ours, other).stream()
                .mapToObj(ratio -> new Aim(
                        "%s, %s: at least %s times `%s`".formatted(ours, workload.word(), least, other),
                        "%.2f%s".formatted(ratio, isTie(ratio) ? " (a tie)" : ""),
                        ratio >= least))
                .toList();
    }

    /// Whether two results are a tie: less than a fifth apart, they may change places in the next run.
    static boolean isTie(double ratio) {
        return ratio > 1 / 1.2 && ratio < 1.2;
    }
}
