package hedgerow.rls.body;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The names that a block declares, and those around it.
///
/// @param label empty if the block has none; the name of the function for its arguments
record Scope(Optional<Scope> outer, String label, Map<String, Named> names) {

    static Scope of(String label) {
        return new Scope(Optional.empty(), label, new LinkedHashMap<>());
    }

    Scope within(String innerLabel) {
        return new Scope(Optional.of(this), innerLabel, new LinkedHashMap<>());
    }

    /// Resolves a name.
    ///
    /// @param path a variable, `record.field`, `label.variable` or `label.record.field`
    Optional<Named> find(List<String> path) {
        return findHere(path).or(() -> outer.flatMap(scope -> scope.find(path)));
    }

    private Optional<Named> findHere(List<String> path) {
        var first = names.get(path.getFirst());
        if (first != null) {
            return path.size() == 1 ? Optional.of(first) : field(first, path.subList(1, path.size()));
        }
        return path.size() > 1 && path.getFirst().equals(label)
                ? findHere(path.subList(1, path.size()))
                : Optional.empty();
    }

    private static Optional<Named> field(Named named, List<String> path) {
        return named instanceof Named.Composite composite && path.size() == 1
                ? Optional.ofNullable(composite.fields().get(path.getFirst())).map(Named.Scalar::new)
                : Optional.empty();
    }

    /// Those of the names in `wanted` that have a meaning here without a qualifier.
    Map<String, Named> visible(Set<String> wanted) {
        var visible = outer.map(scope -> scope.visible(wanted)).orElseGet(LinkedHashMap::new);
        names.forEach((name, named) -> {
            if (wanted.contains(name)) {
                visible.put(name, named);
            }
        });
        return visible;
    }

    /// The qualifiers among the names in `wanted`, with the names that they qualify.
    Map<String, Map<String, Named>> qualifiers(Set<String> wanted) {
        var qualifiers = outer.map(scope -> scope.qualifiers(wanted)).orElseGet(LinkedHashMap::new);
        if (wanted.contains(label)) {
            qualifiers.put(label, new LinkedHashMap<>(visibleHere(wanted)));
        }
        names.forEach((name, named) -> {
            if (wanted.contains(name) && named instanceof Named.Composite composite) {
                var fields = new LinkedHashMap<String, Named>();
                composite.fields().forEach((field, variable) -> fields.put(field, new Named.Scalar(variable)));
                qualifiers.put(name, fields);
            }
        });
        return qualifiers;
    }

    private Map<String, Named> visibleHere(Set<String> wanted) {
        var here = new LinkedHashMap<>(names);
        here.keySet().retainAll(wanted);
        return here;
    }
}
