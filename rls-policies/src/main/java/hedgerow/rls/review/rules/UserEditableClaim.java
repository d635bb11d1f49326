package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Reports a policy that trusts data which users may write about themselves.
final class UserEditableClaim implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses(),
                clause -> editable(analysis, clause.expr()).stream()
                        .map(name -> "it reads %s, which users edit themselves".formatted(name)));
    }

    private static final Set<String> EDITABLE = Set.of("user_metadata", "raw_user_meta_data");

    private static Optional<String> editable(Analysis analysis, Expr expr) {
        var claims = Sessions.inputs(analysis.names, expr)
                .flatMap(input -> input instanceof Input.Claim claim ? claim.path().stream() : Stream.<String>empty());
        var others = Walk.over(expr)
                .map(Walk.Place::node)
                .flatMap(node ->
                        node instanceof Expr.Column column ? Stream.of(column.name()) : Sessions.text(node).stream());
        return Stream.concat(claims, others).filter(EDITABLE::contains).findFirst();
    }
}
