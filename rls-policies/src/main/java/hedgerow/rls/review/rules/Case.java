package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.logic.Gate;
import java.util.List;
import java.util.Set;

/// One policy at one gate, with the restrictive policies beside it.
///
/// @param own the policy's own expression, with functions inlined where they can be read
/// @param guarded the same, and every restrictive policy that binds the same session
/// @param subjects roles under review that it applies to, that may use the command, and that are not exempt
record Case(Relation table, Policy policy, Gate gate, Expr own, Expr guarded, List<Policy> guards, Set<Long> subjects) {

    Command command() {
        return gate.command();
    }

    boolean exposed() {
        return !subjects.isEmpty();
    }

    String object() {
        return "policy %s on %s".formatted(policy.quoted(), table.quoted());
    }

    /// The keyword of the clause in a policy.
    String clause() {
        return gate.written() && policy.checkTree().isPresent() ? "WITH CHECK" : "USING";
    }
}
