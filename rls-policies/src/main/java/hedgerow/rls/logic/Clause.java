package hedgerow.rls.logic;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;

/// The USING or WITH CHECK of one policy.
public record Clause(Relation table, Policy policy, Expr expr) {

    public String object() {
        return "policy %s on %s".formatted(policy.quoted(), table.quoted());
    }
}
