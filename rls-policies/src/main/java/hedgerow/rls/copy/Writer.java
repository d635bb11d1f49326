package hedgerow.rls.copy;

import hedgerow.rls.copy.Target.Refused;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/// Runs the statements of one phase: each after those that it needs, otherwise in the order of their steps.
///
/// Failed statements are tried again when the others are done, until a round makes no progress.
final class Writer {

    private final Target target;
    private final Dependencies dependencies;
    private final Map<Piece, String> failures = new LinkedHashMap<>();

    Writer(Target target, Dependencies dependencies) {
        this.target = target;
        this.dependencies = dependencies;
    }

    /// The missing pieces, with the reason for each.
    Map<Piece, String> failures() {
        return failures;
    }

    void write(List<Piece> pieces) throws SQLException {
        var failed = new LinkedHashMap<Piece, Refused>();
        for (var piece : inOrder(pieces)) {
            attempt(piece, failed);
        }
        for (var helped = true; helped; ) {
            helped = false;
            for (var piece : List.copyOf(failed.keySet())) {
                if (!failed.get(piece).isFinal()) {
                    failed.remove(piece);
                    attempt(piece, failed);
                    helped |= !failed.containsKey(piece);
                }
            }
        }
        failed.forEach((piece, refused) -> failures.put(piece, refused.getMessage()));
    }

    private void attempt(Piece piece, Map<Piece, Refused> failed) throws SQLException {
        try {
            target.run(piece);
        } catch (Refused e) {
            failed.put(piece, e);
        }
    }

    private List<Piece> inOrder(List<Piece> pieces) {
        var places = new HashMap<Piece, Integer>();
        pieces.forEach(piece -> places.put(piece, places.size()));
        var waitsFor = new HashMap<Piece, Set<Piece>>();
        var release = new HashMap<Piece, List<Piece>>();
        for (var piece : pieces) {
            var before = new LinkedHashSet<>(dependencies.before(piece));
            before.retainAll(places.keySet());
            waitsFor.put(piece, before);
            before.forEach(
                    it -> release.computeIfAbsent(it, key -> new ArrayList<>()).add(piece));
        }
        var ready = new PriorityQueue<Piece>((one, other) -> places.get(one) - places.get(other));
        pieces.stream().filter(piece -> waitsFor.get(piece).isEmpty()).forEach(ready::add);
        var left = new LinkedHashSet<>(pieces);
        var ordered = new ArrayList<Piece>();
        while (!left.isEmpty()) {
            // a circle is cut at its first step
            var next = ready.isEmpty() ? left.getFirst() : ready.remove();
            if (left.remove(next)) {
                ordered.add(next);
                for (var waiting : release.getOrDefault(next, List.of())) {
                    if (waitsFor.get(waiting).remove(next)
                            && waitsFor.get(waiting).isEmpty()) {
                        ready.add(waiting);
                    }
                }
            }
        }
        return ordered;
    }
}
