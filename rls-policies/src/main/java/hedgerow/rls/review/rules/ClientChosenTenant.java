package hedgerow.rls.review.rules;

import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;

/// The tenant is what the client writes into a header.
final class ClientChosenTenant implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses()
                        .filter(clause -> analysis.readings(clause.table(), clause.policy())
                                .isEmpty()),
                clause -> Sessions.inputs(analysis.names, clause.expr())
                        .filter(ClientChosenTenant::isChosen)
                        .map(input -> "the client chooses %s itself, and nothing checks that it may"
                                .formatted(input.print(analysis.names))));
    }

    private static boolean isChosen(Input input) {
        return switch (input) {
            case Input.Claim claim -> isRequest(claim.setting());
            case Input.Setting(var name) -> isRequest(name);
            case Input.Call _, Input.User _ -> false;
        };
    }

    private static boolean isRequest(String variable) {
        return variable.startsWith("request.header") || variable.startsWith("request.cookie");
    }
}
