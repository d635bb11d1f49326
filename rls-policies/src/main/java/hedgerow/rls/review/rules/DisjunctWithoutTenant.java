package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.review.Rule;
import hedgerow.rls.review.Settings;
import java.util.List;
import java.util.Optional;

/// One side of an OR binds the tenant, and the other one does not.
final class DisjunctWithoutTenant implements Rule {

    @Override
    public List<Hit> find(Catalog catalog, Settings settings) {
        var analysis = Analysis.of(catalog, settings);
        var cases = analysis.cases()
                .filter(c ->
                        c.part() == Case.Part.OLD_ROW && analysis.verdict(c).opens())
                .filter(c -> !analysis.verdict(c.table(), c.own()).always() && isMixed(analysis, c));
        return Hits.perPolicy(
                analysis,
                cases,
                said -> "this side of OR opens %s to %s: %s"
                        .formatted(
                                said.rows(analysis.verdict(said.first()).open()),
                                said.commands(),
                                open(analysis, said.first())
                                        .map(analysis::print)
                                        .orElse("…")));
    }

    /// Whether some side of its OR binds the row, and another one opens it.
    static boolean isMixed(Analysis analysis, Case c) {
        var sides = sides(c);
        return sides.size() > 1
                && sides.stream()
                        .anyMatch(side -> Sessions.bindsSomeColumn(analysis, side)
                                && !analysis.verdict(c.table(), side).opens())
                && open(analysis, c).isPresent();
    }

    private static List<Expr> sides(Case c) {
        return NormalForm.disjuncts(c.own()).orElse(List.of()).stream()
                .map(conjuncts -> conjuncts.size() == 1 ? conjuncts.getFirst() : new Expr.And(conjuncts))
                .toList();
    }

    private static Optional<Expr> open(Analysis analysis, Case c) {
        return sides(c).stream()
                .filter(side -> analysis.verdict(c.table(), side).opens() && !isDeliberate(c, side))
                .findFirst();
    }

    /// `or is_public`, of a policy FOR SELECT: whoever owns the row has published it.
    private static boolean isDeliberate(Case c, Expr side) {
        return c.policy().command() == Command.SELECT && isFlag(side);
    }

    private static boolean isFlag(Expr side) {
        return switch (NormalForm.bare(side)) {
            case Expr.Column column -> true;
            case Expr.Operator operator ->
                operator.operands().stream().anyMatch(operand -> PolicyAlwaysTrue.isTrue(operand))
                        && operator.operands().stream().anyMatch(operand -> operand instanceof Expr.Column);
            default -> false;
        };
    }
}
