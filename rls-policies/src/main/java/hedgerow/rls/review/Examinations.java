package hedgerow.rls.review;

import hedgerow.rls.review.Config.Examination;
import java.util.ArrayList;
import java.util.List;

/// Separates the objects that no rule could read into those that a person has examined and those that
/// remain gaps.
final class Examinations {

    private final List<String> gaps = new ArrayList<>();
    private final List<Examined> examined = new ArrayList<>();
    private final List<String> notes;

    /// Applies the entries.
    ///
    /// @param objects all functions and views of the database, in the spelling of the report
    Examinations(List<Examination> examinations, List<Undecided> undecided, List<String> objects) {
        for (var each : undecided) {
            examinations.stream()
                    .filter(examination -> examination.covers(each.object()))
                    .findFirst()
                    .ifPresentOrElse(
                            examination -> examined.add(new Examined(each.object(), each.why(), examination.reason())),
                            () -> gaps.add("%s %s".formatted(each.object(), each.why())));
        }
        notes = examinations.stream()
                .filter(examination -> objects.stream().noneMatch(examination::covers))
                .map(Examinations::note)
                .toList();
    }

    List<String> gaps() {
        return gaps;
    }

    List<Examined> examined() {
        return examined;
    }

    /// Notes on entries whose objects no longer exist.
    List<String> notes() {
        return notes;
    }

    private static String note(Examination examination) {
        return "%s, line %d: the examined %s does not exist"
                .formatted(Config.FILE, examination.line().orElse(0), examination.object());
    }
}
