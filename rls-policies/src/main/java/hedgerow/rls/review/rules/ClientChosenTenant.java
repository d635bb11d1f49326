package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.review.Rule;
import hedgerow.rls.review.Settings;
import hedgerow.rls.review.rules.Sessions.Input;
import java.util.List;

/// The tenant is what the client writes into a header.
final class ClientChosenTenant implements Rule {

    @Override
    public List<Hit> find(Catalog catalog, Settings settings) {
        var analysis = Analysis.of(catalog, settings);
        return Hits.of(analysis.tables()
                .flatMap(table -> table.policies().stream()
                        .flatMap(policy -> analysis.clauses(table, policy)
                                .filter(expr -> analysis.readings(table, policy).isEmpty())
                                .flatMap(expr -> Sessions.inputs(analysis.names, expr))
                                .filter(ClientChosenTenant::isChosen)
                                .map(input -> Hits.hit(
                                        "policy %s on %s".formatted(policy.quoted(), table.quoted()),
                                        "the client chooses %s itself, and nothing checks that it may"
                                                .formatted(input.print(analysis)),
                                        analysis.exposed(table, policy))))));
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
