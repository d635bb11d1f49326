package hedgerow.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/// The measurements.
final class Results {

    /// The largest spread of rounds that agree, in percent.
    private static final double MOST_SPREAD = 20;

    private final Map<Workload, Map<String, List<Sample>>> samples = new EnumMap<>(Workload.class);
    private final Map<String, Map<Workload, Double>> trips = new HashMap<>();
    private final Map<String, Check.Distant> distant = new LinkedHashMap<>();
    private final List<Duration> startUps = new ArrayList<>();
    private final List<String> contestants;

    /// Results.
    ///
    /// @param contestants in their order
    Results(List<String> contestants) {
        this.contestants = contestants;
    }

    void add(Workload workload, String contestant, Sample sample) {
        samples.computeIfAbsent(workload, _ -> new HashMap<>())
                .computeIfAbsent(contestant, _ -> new ArrayList<>())
                .add(sample);
    }

    void addChecked(String contestant, Check.Checked checked) {
        trips.put(contestant, checked.trips());
        distant.put(contestant, checked.distant());
    }

    /// By contestant.
    Map<String, Check.Distant> distant() {
        return distant;
    }

    void addStartUp(Duration time) {
        startUps.add(time);
    }

    OptionalDouble trips(String contestant, Workload workload) {
        var found = trips.getOrDefault(contestant, Map.of()).get(workload);
        return found == null ? OptionalDouble.empty() : OptionalDouble.of(found);
    }

    /// The median.
    Optional<Duration> startUp() {
        return startUps.isEmpty()
                ? Optional.empty()
                : Optional.of(startUps.stream().sorted().toList().get(startUps.size() / 2));
    }

    /// The contestants that were measured, in their order.
    List<String> contestants(Workload workload) {
        var measured = samples.getOrDefault(workload, Map.of());
        return contestants.stream().filter(measured::containsKey).toList();
    }

    /// Whether it had rounds that lie close enough together for figures that depend on what else the machine does.
    boolean isQuiet(Workload workload, String contestant) {
        return spread(workload, contestant).orElse(Double.MAX_VALUE) <= MOST_SPREAD;
    }

    double median(Workload workload, String contestant, ToDoubleFunction<Sample> figure) {
        return median(samples(workload, contestant).stream()
                .map(figure::applyAsDouble)
                .toList());
    }

    /// The spread of a contestant's rounds, in percent of their median; empty if there was one round.
    OptionalDouble spread(Workload workload, String contestant) {
        var rates = samples(workload, contestant).stream()
                .map(Sample::perSecond)
                .sorted()
                .toList();
        return rates.size() == 1
                ? OptionalDouble.empty()
                : OptionalDouble.of(100 * (rates.getLast() - rates.getFirst()) / median(rates));
    }

    long errors() {
        return samples.values().stream()
                .flatMap(each -> each.values().stream())
                .flatMap(List::stream)
                .mapToLong(Sample::errors)
                .sum();
    }

    long errors(Workload workload, String contestant) {
        return samples(workload, contestant).stream().mapToLong(Sample::errors).sum();
    }

    /// The number of times as many requests per second as `other`: the median of the ratios within each
    /// round.
    ///
    /// @return empty if one of them was not measured
    OptionalDouble ratio(Workload workload, String contestant, String other) {
        var ours = samples(workload, contestant);
        var theirs = samples(workload, other);
        if (ours.isEmpty() || theirs.isEmpty()) {
            return OptionalDouble.empty();
        }
        var ratios = new ArrayList<Double>();
        for (var round = 0; round < Math.min(ours.size(), theirs.size()); round++) {
            ratios.add(ours.get(round).perSecond() / theirs.get(round).perSecond());
        }
        return OptionalDouble.of(median(ratios));
    }

    private List<Sample> samples(Workload workload, String contestant) {
        return samples.getOrDefault(workload, Map.of()).getOrDefault(contestant, List.of());
    }

    private static double median(List<Double> values) {
        var sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
        var middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
