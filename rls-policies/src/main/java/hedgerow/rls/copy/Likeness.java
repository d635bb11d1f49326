package hedgerow.rls.copy;

import hedgerow.rls.copy.Dependencies.Edge;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Finds the differences between the copy and the source: the source's code may have changed the copy while
/// it ran, and a name may denote another function than in the source.
///
/// Expressions are compared without casts and parentheses: read back, `a in ('x', 'y')` has them in other
/// places.
final class Likeness {

    private static final Pattern CAST =
            Pattern.compile("::(?:\"(?:[^\"]++|\"\")++\"|\\w+)(?:\\.(?:\"(?:[^\"]++|\"\")++\"|\\w+))?"
                    + "(?: varying| precision| with(?:out)? time zone)?(?:\\([0-9, ]+\\))?(?:\\[\\])*");
    private static final Pattern SHAPE = Pattern.compile("[()\\s]+");

    private final CatalogSide source;
    private final CatalogSide copy;

    Likeness(CatalogSide source, CatalogSide copy) {
        this.source = source;
        this.copy = copy;
    }

    /// The differences.
    ///
    /// @param failed statements that are known to be missing
    /// @return pieces of either side, with their faults
    Map<Piece, String> differences(Set<Piece> failed) {
        var differences = new LinkedHashMap<Piece, String>();
        var known = failed.stream().map(Piece::name).collect(Collectors.toCollection(HashSet::new));
        compare(source, copy, known, "it is another on the copy", differences);
        compare(copy, source, known, "the copy has it, and the source has not", differences);
        compareNeeds(source, copy, known, differences);
        compareNeeds(copy, source, known, differences);
        return differences;
    }

    private static void compare(
            CatalogSide one, CatalogSide other, Set<String> known, String words, Map<Piece, String> differences) {
        var there = other.pieces().stream().map(Likeness::signature).collect(Collectors.toSet());
        for (var piece : one.pieces()) {
            if (!there.contains(signature(piece)) && known.add(piece.name())) {
                differences.put(piece, words);
            }
        }
    }

    /// Compares an object's dependencies: `f(1)` may call another function `f` than before.
    private static void compareNeeds(
            CatalogSide one, CatalogSide other, Set<String> known, Map<Piece, String> differences) {
        var there = other.edges().stream().map(Edge::words).collect(Collectors.toSet());
        var dependencies = new Dependencies(one.pieces(), one.edges());
        for (var edge : one.edges()) {
            if (!there.contains(edge.words())) {
                dependencies
                        .maker(edge.object())
                        .filter(piece -> known.add(piece.name()))
                        .ifPresent(piece -> differences.put(piece, "only one of source and copy has: " + edge.words()));
            }
        }
    }

    private static String signature(Piece piece) {
        return piece.step()
                + piece.actor().orElse("")
                + piece.name()
                + piece.statement().map(Likeness::shape).orElse("");
    }

    private static String shape(String statement) {
        return SHAPE.matcher(CAST.matcher(statement).replaceAll("")).replaceAll("");
    }
}
