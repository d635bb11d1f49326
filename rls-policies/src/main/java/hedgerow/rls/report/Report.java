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

/// A review, ready to be written down in any [Format].
///
/// @param rules the pages of the rules that ran, by slug
/// @param access who may do what; [Access#NONE] where it was not asked
/// @param baseline findings that do not fail the review
/// @param failOn a new finding at this severity or above fails the review
/// @param all whether notes and all places are shown where people read, and not only counted
/// @param hint what would make the review better; empty if nothing would
public record Report(
        Review review,
        List<RulePage> rules,
        Access access,
        Baseline baseline,
        Severity failOn,
        boolean all,
        Optional<String> hint) {

    public Report {
        rules = List.copyOf(rules);
        access = access.with(reported(review));
    }

    /// @param colour terminal colours; [Format#TEXT] alone has any
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

    /// `failed`, `passed`, or `partial`: nothing found, but not everything looked at, which is no pass.
    String outcome() {
        if (fails()) {
            return "failed";
        }
        return review.partial() ? "partial" : "passed";
    }

    boolean fails(Group group) {
        return group.severity().compareTo(failOn) >= 0;
    }

    /// This report, with everything shown that is only counted otherwise.
    Report withAll() {
        return new Report(review, rules, access, baseline, failOn, true, hint);
    }

    /// Findings, accepted ones included: acceptance does not close a hole.
    private static List<Finding> reported(Review review) {
        return Stream.concat(
                        review.findings().stream(), review.accepted().stream().map(Accepted::finding))
                .toList();
    }

    /// All findings by their causes, in their order.
    List<Group> groups() {
        return Group.of(review.findings(), new HashSet<>(baseline.fresh(review.findings())));
    }

    /// Those that the baseline does not know.
    List<Group> fresh() {
        return groups().stream().filter(group -> !group.known()).toList();
    }

    /// Those that a person sees: notes only on demand, or if they fail the review.
    List<Group> shown() {
        return fresh().stream()
                .filter(group -> group.severity() != Severity.INFO || showsNotes())
                .toList();
    }

    boolean showsNotes() {
        return all || failOn == Severity.INFO;
    }

    /// How many new findings are of this severity.
    long count(Severity severity) {
        return fresh().stream().filter(group -> group.severity() == severity).count();
    }

    /// At how many objects they are.
    long places(Severity severity) {
        return fresh().stream()
                .filter(group -> group.severity() == severity)
                .mapToLong(group -> group.places().size())
                .sum();
    }

    /// How many objects have a finding that the baseline knows.
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
