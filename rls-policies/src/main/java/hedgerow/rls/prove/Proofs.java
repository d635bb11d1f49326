package hedgerow.rls.prove;

import java.util.List;

/// The verdicts on the claims.
///
/// @param cells by claim, object and gate
/// @param assumptions under which every verdict holds, one sentence each
/// @param risks that no claim covers, one sentence each
/// @param gaps the objects that could not be read, one line each
public record Proofs(List<Cell> cells, List<String> assumptions, List<String> risks, List<String> gaps) {

    /// Whether something is undecided.
    public boolean isPartial() {
        return !gaps.isEmpty() || cells.stream().anyMatch(cell -> cell.verdict() instanceof Verdict.Unknown);
    }

    /// The summary of a claim: `refuted` if any cell is and nobody accepted it, otherwise `unknown` if any
    /// is, otherwise `proved`, even without any question.
    public String summary(Claim claim) {
        var own = cells.stream().filter(cell -> cell.claim() == claim).toList();
        if (own.stream().anyMatch(Cell::isOpen)) {
            return "refuted";
        }
        return own.stream().anyMatch(cell -> cell.verdict() instanceof Verdict.Unknown) ? "unknown" : "proved";
    }
}
