package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Names;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reports a comparison under which different tenants may be equal.
final class WideningComparison implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses(),
                clause -> Walk.over(clause.expr())
                        .flatMap(place -> widened(analysis, place).stream())
                        .map(why -> "different texts may be equal in it: " + why));
    }

    private static final Set<String> FOLDING =
            Set.of("lower", "upper", "casefold", "normalize", "btrim", "ltrim", "rtrim", "initcap", "unaccent");

    private static Optional<String> widened(Analysis analysis, Walk.Place place) {
        return Comparison.of(analysis.names, place.node())
                .filter(Comparison::isEquality)
                .filter(comparison -> comparison
                        .sides()
                        .anyMatch(
                                side -> hasColumn(side.left()) && Sessions.readsSession(analysis.names, side.right())))
                .flatMap(comparison -> why(analysis, comparison));
    }

    private static boolean hasColumn(Expr expr) {
        return Walk.over(expr).anyMatch(place -> place.node() instanceof Expr.Column);
    }

    /// The reason why a comparison widens. The operator decides, not the type of the column: citext = text
    /// compares texts.
    private static Optional<String> why(Analysis analysis, Comparison comparison) {
        var function = analysis.names
                .routine(comparison.operator().function())
                .map(Names.Routine::name)
                .orElse("");
        if (function.startsWith("citext_")) {
            return Optional.of("citext ignores case");
        }
        if (function.startsWith("bpchar")) {
            return Optional.of("char(n) ignores spaces at the end");
        }
        if (!analysis.names.deterministic(comparison.operator().collation())) {
            return Optional.of("the collation is not deterministic");
        }
        return Analysis.calls(place(comparison))
                .flatMap(call -> analysis.names.routine(call.function()).stream())
                .map(Names.Routine::name)
                .filter(FOLDING::contains)
                .findFirst()
                .map(name -> name + "() makes them so");
    }

    /// The side that is not the session's.
    private static Expr place(Comparison comparison) {
        return hasColumn(comparison.left()) ? comparison.left() : comparison.right();
    }
}
