package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.review.Rule;
import hedgerow.rls.review.Settings;
import java.util.List;

/// A session without a tenant gets an error in place of no rows.
final class SessionValueMayFail implements Rule {

    @Override
    public List<Hit> find(Catalog catalog, Settings settings) {
        var analysis = Analysis.of(catalog, settings);
        var cases = analysis.cases()
                .filter(c -> c.part() == Case.Part.OLD_ROW)
                .filter(c ->
                        analysis.verdict(c).failsUnset() || analysis.verdict(c).failsEmpty());
        return Hits.perPolicy(analysis, cases, said -> {
            var verdict = analysis.verdict(said.first());
            return verdict.failsUnset()
                    ? "a session that has not set the variable meets an error"
                    : "the variable is an empty text after the transaction that set it, and the cast of that is an"
                            + " error";
        });
    }
}
