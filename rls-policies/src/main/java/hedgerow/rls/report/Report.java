package hedgerow.rls.report;

import hedgerow.rls.review.Accepted;
import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Review;
import hedgerow.rls.review.RulePage;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.io.Writer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// A review, ready to be written in any [Format].
///
/// @param rules the pages of the rules that ran, by slug
/// @param access the access of the roles; [AccessMatrix#NONE] where it was not requested
/// @param baseline findings that do not fail the review
/// @param failOn a new finding at this severity or above fails the review
/// @param all whether notes and all places are shown in reports for people, and not only counted
/// @param hint the way to a better review; empty if there is none
public record Report(
        Review review,
        List<RulePage> rules,
        AccessMatrix access,
        Baseline baseline,
        Severity failOn,
        boolean all,
        Optional<String> hint) {

    public Report {
        rules = List.copyOf(rules);
        access = access.with(reported(review));
    }

    /// Writes the report.
    ///
    /// @param colour terminal colours, which only [Format#TEXT] has
    /// @param out is flushed, not closed
    public void write(Format format, boolean colour, Writer out) throws IOException {
        switch (format) {
            case TEXT -> TextReport.write(this, colour, out);
            case JSON -> JsonReport.write(this, out);
            case SARIF -> SarifReport.write(this, out);
            case MARKDOWN -> MarkdownReport.write(this, out);
            case HTML -> HtmlReport.write(this, out);
            case JUNIT -> JUnitReport.write(this, out);
            case GITHUB -> GitHubReport.write(this, out);
        }
        out.flush();
    }

    /// Whether some new finding is at `failOn` or above.
    public boolean fails() {
        return fresh().stream().anyMatch(this::fails);
    }

    /// The outcome: `failed`, `passed`, or `partial`, which means that nothing was found but not everything
    /// was reviewed, and is not a pass.
    String outcome() {
        if (fails()) {
            return "failed";
        }
        return review.partial() ? "partial" : "passed";
    }

    boolean fails(Group group) {
        return group.severity().compareTo(failOn) >= 0;
    }

    /// This report, showing everything that is otherwise only counted.
    Report withAll() {
        return new Report(review, rules, access, baseline, failOn, true, hint);
    }

    /// The findings, including accepted ones: acceptance does not close a hole.
    private static List<Finding> reported(Review review) {
        return Stream.concat(
                        review.findings().stream(), review.accepted().stream().map(Accepted::finding))
                .toList();
    }

    /// All findings grouped by cause, in their order.
    List<Group> groups() {
        return Group.of(review.findings(), new HashSet<>(baseline.fresh(review.findings())));
    }

    /// The groups that the baseline does not know.
    List<Group> fresh() {
        return groups().stream().filter(group -> !group.known()).toList();
    }

    /// The groups that a person sees: notes only on demand, or if they fail the review.
    List<Group> shown() {
        return fresh().stream()
                .filter(group -> group.severity() != Severity.INFO || showsNotes())
                .toList();
    }

    boolean showsNotes() {
        return all || failOn == Severity.INFO;
    }

    /// The number of new findings of a severity.
    long count(Severity severity) {
        return fresh().stream().filter(group -> group.severity() == severity).count();
    }

    /// The number of objects with new findings of a severity.
    long places(Severity severity) {
        return fresh().stream()
                .filter(group -> group.severity() == severity)
                .mapToLong(group -> group.places().size())
                .sum();
    }

    /// The number of objects with a finding that the baseline knows.
    long known() {
        return groups().stream()
                .filter(Group::known)
                .mapToLong(group -> group.places().size())
                .sum();
    }

    Optional<RulePage> page(Group group) {
        return rules.stream().filter(page -> page.slug().equals(group.rule())).findFirst();
    }
}
