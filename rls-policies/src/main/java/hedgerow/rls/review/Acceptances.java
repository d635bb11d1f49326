package hedgerow.rls.review;

import hedgerow.rls.review.Config.Acceptance;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/// Separates accepted findings from open ones. An expired acceptance accepts nothing, and is reported.
final class Acceptances {

    private final List<Finding> open = new ArrayList<>();
    private final List<Accepted> accepted = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    Acceptances(List<Acceptance> acceptances, List<Finding> findings, LocalDate today) {
        for (var finding : findings) {
            acceptances.stream()
                    .filter(acceptance -> acceptance.covers(finding) && !acceptance.isExpired(today))
                    .findFirst()
                    .ifPresentOrElse(
                            acceptance -> accepted.add(accepted(finding, acceptance)), () -> open.add(finding));
        }
        for (var acceptance : acceptances) {
            if (acceptance.isExpired(today)) {
                notes.add(note(
                        acceptance,
                        "expired on %s".formatted(acceptance.expires().orElseThrow())));
            } else if (acceptance.line().isPresent() && findings.stream().noneMatch(acceptance::covers)) {
                notes.add(note(acceptance, "is no longer found"));
            }
        }
    }

    List<Finding> open() {
        return open;
    }

    List<Accepted> accepted() {
        return accepted;
    }

    List<String> notes() {
        return notes;
    }

    private static Accepted accepted(Finding finding, Acceptance acceptance) {
        return new Accepted(finding, acceptance.reason(), acceptance.expires());
    }

    static String note(Acceptance acceptance, String what) {
        return "%s, line %d: the accepted %s on %s %s"
                .formatted(Config.FILE, acceptance.line().orElseThrow(), acceptance.rule(), acceptance.object(), what);
    }
}
