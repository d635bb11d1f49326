package hedgerow.rls.probe;

import hedgerow.rls.prove.Claim;
import java.util.List;
import java.util.stream.Collectors;

/// The outcomes of all attacks.
///
/// @param cells by claim, object, gate, role and attack
/// @param assumptions under which every outcome holds, one sentence each
/// @param risks that no claim covers, one sentence each
/// @param gaps the objects that could not be attacked, one line each
/// @param held the attacks that held, as tests
public record Attempts(
        List<Attempt> cells, List<String> assumptions, List<String> risks, List<String> gaps, Regression held) {

    /// The summary of a claim: `leaked` if any cell is and nobody accepted it; `could-not-check` if a role,
    /// object and gate has no attack with a control; otherwise `held`.
    public Outcome summary(Claim claim) {
        return summary(cells.stream().filter(cell -> cell.claim() == claim).toList());
    }

    private record Place(String role, String object, String gate) {}

    private static Outcome summary(List<Attempt> cells) {
        if (cells.stream().anyMatch(Attempt::isOpen)) {
            return Outcome.LEAKED;
        }
        var places = cells.stream()
                .collect(Collectors.groupingBy(cell -> new Place(cell.role(), cell.object(), cell.gate())));
        var held = places.values().stream()
                .allMatch(same -> same.stream().anyMatch(cell -> cell.outcome() != Outcome.COULD_NOT_CHECK));
        return held ? Outcome.HELD : Outcome.COULD_NOT_CHECK;
    }
}
