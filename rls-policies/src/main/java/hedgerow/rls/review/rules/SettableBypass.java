package hedgerow.rls.review.rules;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.logic.Input;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;

/// Reports a variable that any session may set and that switches the policy off.
final class SettableBypass implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var cases = analysis.cases().filter(c -> !analysis.verdict(c).bypasses().isEmpty());
        return Hits.perPolicy(analysis, cases, said -> {
            var bypass = analysis.verdict(said.first()).bypasses().getFirst();
            return "SET %s opens %s by %s"
                    .formatted(assignment(analysis, bypass), said.rows(Optional.of(bypass.witness())), said.commands());
        });
    }

    private static String assignment(Analysis analysis, Worlds.Bypass bypass) {
        var value = analysis.print(new Expr.Constant(bypass.value(), "", 0));
        return bypass.input() instanceof Input.Claim(var setting, var path)
                ? "%s to JSON in which %s is %s".formatted(setting, String.join(".", path), value)
                : "%s = %s".formatted(bypass.input().print(analysis.names), value);
    }
}
