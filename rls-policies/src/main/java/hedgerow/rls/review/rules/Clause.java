package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;

/// USING or WITH CHECK of one policy, by itself.
record Clause(Relation table, Policy policy, Expr expr) {

    String object() {
        return "policy %s on %s".formatted(policy.quoted(), table.quoted());
    }
}
