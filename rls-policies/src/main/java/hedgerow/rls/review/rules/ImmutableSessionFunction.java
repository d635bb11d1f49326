package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reports a function that reads the session but claims that its result never changes.
final class ImmutableSessionFunction implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.called().stream()
                .filter(function -> function.volatility() == Function.Volatility.IMMUTABLE)
                .filter(function -> readsSession(analysis, function))
                .map(function -> new Hit(
                        "function " + function.quoted(),
                        "it is IMMUTABLE and reads the session: a cached plan keeps the answer of another tenant",
                        Optional.of("alter function %s stable".formatted(function.quoted())),
                        true)));
    }

    private static final Pattern SESSION = Pattern.compile("(?i)\\b(?:current_setting|current_user|session_user)\\b");

    private static boolean readsSession(Analysis analysis, Function function) {
        var body = analysis.body(function.oid());
        return body.isPresent()
                ? body.get().stream().flatMap(Walk::over).anyMatch(place -> changes(analysis, place.node()))
                : SESSION.matcher(function.body().orElse("")).find();
    }

    private static boolean changes(Analysis analysis, Expr node) {
        return node instanceof Expr.SessionValue
                || Sessions.setting(analysis.names, node).isPresent()
                || Analysis.callOf(node)
                        .flatMap(call -> analysis.catalog.function(call.function()))
                        .filter(called -> !called.schema().equals("pg_catalog")
                                && called.volatility() != Function.Volatility.IMMUTABLE)
                        .isPresent();
    }
}
