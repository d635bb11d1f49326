package hedgerow.rls.prove;

import java.util.List;

/// What is known of the claims.
///
/// @param cells by claim, object and gate
/// @param assumptions under which every verdict holds, one sentence each
/// @param risks what no claim speaks of, one sentence each
/// @param gaps what could not be looked at, one line each
public record Proofs(List<Cell> cells, List<String> assumptions, List<String> risks, List<String> gaps) {

    /// Whether something is left undecided.
    public boolean isPartial() {
        return !gaps.isEmpty() || cells.stream().anyMatch(cell -> cell.verdict() instanceof Verdict.Unknown);
    }

    /// `refuted` if any cell is and nobody accepted it, else `unknown` if any is, else `proved`: also
    /// where there is nothing to ask.
    public String summary(Claim claim) {
        var own = cells.stream().filter(cell -> cell.claim() == claim).toList();
        if (own.stream().anyMatch(Cell::isOpen)) {
            return "refuted";
        }
        return own.stream().anyMatch(cell -> cell.verdict() instanceof Verdict.Unknown) ? "unknown" : "proved";
    }
}
