package hedgerow.rls.review;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Verdict;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Where `review` and `prove` differ from the attacks of `probe` on one schema.
///
/// @param proved cells that leak although the claim is proved of them
/// @param unknown cells that leak and are not refuted
/// @param passed cells that leak although the review passes, and nobody accepts it
record Agreement(Set<String> proved, Set<String> unknown, Set<String> passed) {

    static Agreement of(Corpus.Schema schema, Corpus.Verdicts verdicts) {
        var agreement = new Agreement(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        leaks(verdicts).forEach(leak -> agreement.compare(schema, verdicts, leak));
        return agreement;
    }

    static List<Attempt> leaks(Corpus.Verdicts verdicts) {
        return verdicts.attempts().cells().stream()
                .filter(attempt -> attempt.outcome() == Outcome.LEAKED)
                .toList();
    }

    private void compare(Corpus.Schema schema, Corpus.Verdicts verdicts, Attempt leak) {
        var cell = "%s %s %s, %s as %s".formatted(schema, leak.claim().id(), leak.object(), leak.gate(), leak.role());
        var about = verdicts.proofs().cells().stream()
                .filter(each -> isAbout(each, leak))
                .toList();
        if (about.stream().noneMatch(each -> each.verdict() instanceof Verdict.Refuted)) {
            var open = about.stream().anyMatch(each -> each.verdict() instanceof Verdict.Unknown);
            (open ? unknown : proved).add(cell);
        }
        if (!verdicts.isFlawed() && !verdicts.undecided() && !isMeant(schema, verdicts, leak)) {
            passed.add(cell);
        }
    }

    /// The gate itself; what triggers and rules make of it; where a session calls a function first, that
    /// function; and where it writes to another table first, that table.
    private static boolean isAbout(Cell cell, Attempt leak) {
        if (cell.claim() != leak.claim() || !cell.roles().contains(leak.role())) {
            return false;
        }
        return switch (cell.kind()) {
            case TABLE, FOREIGN_TABLE, VIEW, MATERIALIZED_VIEW ->
                cell.object().equals(leak.object()) && cell.command().equals(leak.gate())
                        || leak.attack().startsWith("write, then");
            case FUNCTION ->
                cell.object().equals(leak.object()) || leak.attack().contains("after a call");
            case TRIGGER, RULE -> cell.object().endsWith(" on " + leak.object());
        };
    }

    /// By a role that is exempt on purpose, or of a claim that is accepted.
    private static boolean isMeant(Corpus.Schema schema, Corpus.Verdicts verdicts, Attempt leak) {
        var config = schema.of().config();
        var accepted = AcceptedProofs.apply(config, verdicts.proofs(), ProveOptions.DEFAULTS, LocalDate.now());
        return schema.of().exempt().contains(leak.role())
                || accepted.cells().stream()
                        .anyMatch(cell -> isAbout(cell, leak) && cell.accepted().isPresent());
    }
}
