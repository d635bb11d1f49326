package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.stream.Stream;

/// Reports rows that anybody can write and other policies take for memberships.
final class MembershipSelfJoin implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(Trusted.tables(analysis)
                .flatMap(trusted -> trusted.table().policies().stream()
                        .filter(policy -> policy.permissive() && Gate.INSERT.asks(policy))
                        .flatMap(policy -> joins(analysis, trusted, policy))));
    }

    private static Stream<Hit> joins(Analysis analysis, Trusted trusted, Policy policy) {
        return analysis.cases(trusted.table()).stream()
                .filter(c -> c.policy().oid() == policy.oid() && c.command() == Command.INSERT)
                .filter(c -> !trusted.keyIsTaken(trusted.keys()))
                .filter(c -> new Worlds(analysis, trusted.table(), c.guarded())
                        .admits(trusted.keys())
                        .isPresent())
                .map(c -> Hits.hit(
                        c.object(),
                        "a session may insert the row by which it passes policy %s on %s"
                                .formatted(
                                        trusted.by().policy().quoted(),
                                        trusted.by().by().quoted()),
                        c.exposed()));
    }
}
