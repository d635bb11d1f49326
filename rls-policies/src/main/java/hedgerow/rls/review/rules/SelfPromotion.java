package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reports a session that may change, in its own row, a column that other policies trust.
final class SelfPromotion implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(Trusted.tables(analysis)
                .flatMap(trusted -> analysis.cases(trusted.table()).stream()
                        .filter(c -> c.gate() == Gate.UPDATE_NEW)
                        .flatMap(c -> promotion(analysis, trusted, c).stream())));
    }

    private static Optional<Hit> promotion(Analysis analysis, Trusted trusted, Case c) {
        var worlds = new Worlds(analysis, trusted.table(), c.guarded());
        var free = trusted.columns()
                .filter(column -> isFree(trusted, worlds, column))
                .filter(column ->
                        analysis.verdict(c).decided() && worlds.admits(Set.of()).isPresent())
                .toList();
        return free.stream()
                .findFirst()
                .map(column -> Hits.hit(
                        c.object(),
                        "a session may change %s of a row it may update, which policy %s on %s trusts"
                                .formatted(
                                        column,
                                        trusted.by().policy().quoted(),
                                        trusted.by().by().quoted()),
                        free.stream().anyMatch(name -> mayChange(analysis, c, name))));
    }

    /// Whether a column is free: a flag, if the check ignores it; a key, if the check admits another's
    /// value. Where the keys name one row, a flag in it only states how its owner shares the objects below
    /// that row.
    private static boolean isFree(Trusted trusted, Worlds worlds, String column) {
        if (!trusted.keys().contains(column)) {
            return !worlds.mentions(column) && !trusted.keyIsTaken(trusted.keys());
        }
        return !trusted.keyIsTaken(Set.of(column))
                && worlds.admits(Set.of(column)).isPresent();
    }

    private static boolean mayChange(Analysis analysis, Case c, String column) {
        var may =
                analysis.subjects.may(c.table(), Command.UPDATE, it -> it.name().equals(column));
        return c.subjects().stream().anyMatch(may::contains);
    }
}
