package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Reports a policy that finds a row by something that a person may change: an e-mail address, a name.
final class MutableIdentityKey implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses(),
                clause -> keys(analysis, clause.expr())
                        .map(name -> "it recognizes the row's owner by %s, which can change hands".formatted(name)));
    }

    private static final Set<String> MUTABLE = Set.of(
            "email", "e_mail", "mail", "phone", "name", "username", "user_name", "preferred_username", "nickname");

    private static Stream<String> keys(Analysis analysis, Expr expr) {
        return Walk.over(expr)
                .flatMap(place -> Comparison.of(analysis.names, place.node()).stream())
                .filter(Comparison::isEquality)
                .flatMap(Comparison::sides)
                .filter(side -> Walk.over(side.left()).anyMatch(place -> place.node() instanceof Expr.Column))
                .flatMap(side -> Sessions.inputs(analysis.names, side.right()))
                .filter(MutableIdentityKey::isMutable)
                .map(input -> input.print(analysis.names));
    }

    private static boolean isMutable(Input input) {
        return switch (input) {
            case Input.Claim claim -> MUTABLE.contains(claim.path().getLast());
            case Input.Setting(var name) -> MUTABLE.contains(name.substring(name.lastIndexOf('.') + 1));
            case Input.Call _, Input.User _ -> false;
        };
    }
}
