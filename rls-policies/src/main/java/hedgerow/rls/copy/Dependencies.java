package hedgerow.rls.copy;

import hedgerow.rls.copy.Piece.Key;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The dependencies between objects, by `pg_depend`. Parts of an object without a statement of their own
/// count as the object.
final class Dependencies {

    private final Map<Key, Piece> makers = new HashMap<>();
    private final Map<Key, Key> wholes = new HashMap<>();
    private final Map<Key, Set<Key>> needs = new HashMap<>();
    private final Map<Key, Set<Key>> neededBy = new HashMap<>();

    /// A dependency.
    ///
    /// @param part whether `object` is a part of `needed`
    /// @param name of the object or a part of it
    record Edge(Key object, Key needed, boolean part, String name, String neededName) {

        /// A description that is equal on both sides, unlike the keys.
        String words() {
            return name + " needs " + neededName;
        }
    }

    private final Map<Key, String> objects = new TreeMap<>();

    Dependencies(List<Piece> pieces, List<Edge> edges) {
        pieces.forEach(piece -> makers.putIfAbsent(piece.key(), piece));
        edges.stream().filter(Edge::part).forEach(edge -> wholes.putIfAbsent(edge.object(), edge.needed()));
        for (var edge : edges) {
            add(whole(edge.object()), whole(edge.needed()));
            objects.putIfAbsent(edge.object(), edge.name());
        }
        for (var piece : pieces) {
            piece.relation()
                    .ifPresent(relation -> neededBy.computeIfAbsent(piece.key(), key -> new HashSet<>())
                            .add(relation));
        }
    }

    private void add(Key object, Key needed) {
        if (!object.equals(needed)) {
            needs.computeIfAbsent(object, key -> new HashSet<>()).add(needed);
            neededBy.computeIfAbsent(needed, key -> new HashSet<>()).add(object);
        }
    }

    /// The object with a statement of which `key` is a part; `key` itself if there is none.
    Key whole(Key key) {
        var seen = new HashSet<Key>();
        var at = key;
        while (!makers.containsKey(at) && seen.add(at)) {
            at = wholes.getOrDefault(at, at);
        }
        return makers.containsKey(at) ? at : key;
    }

    /// The statement that creates the object of which `key` is a part.
    Optional<Piece> maker(Key key) {
        return Optional.ofNullable(makers.get(whole(key)));
    }

    /// The statements that must run before this one.
    Set<Piece> before(Piece piece) {
        var before = new LinkedHashSet<Piece>();
        var maker = makers.get(piece.key());
        if (maker == piece) {
            needs.getOrDefault(piece.key(), Set.of()).stream()
                    .map(makers::get)
                    .filter(needed -> needed != null && needed != piece)
                    .forEach(before::add);
        } else if (maker != null) {
            before.add(maker);
        }
        piece.relation().map(makers::get).filter(needed -> needed != piece).ifPresent(before::add);
        return before;
    }

    /// The objects that no statement creates, directly or with another object, by name.
    Map<Key, String> unmade() {
        var unmade = new TreeMap<>(objects);
        unmade.keySet().removeIf(key -> makers.containsKey(whole(key)));
        return unmade;
    }

    /// The statements of objects that differ from the source if these are missing.
    List<Piece> dependents(Collection<Key> missing) {
        var reached = new HashSet<Key>();
        var waiting = new ArrayDeque<>(missing);
        while (!waiting.isEmpty()) {
            var key = whole(waiting.remove());
            if (reached.add(key)) {
                waiting.addAll(neededBy.getOrDefault(key, Set.of()));
            }
        }
        return reached.stream()
                .map(makers::get)
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(Piece::name))
                .toList();
    }
}
