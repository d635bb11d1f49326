package hedgerow.rls.report;

import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Review;
import hedgerow.rls.review.RulePage;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Optional;

/// A review, ready to be written down in any [Format].
///
/// @param rules the pages of the rules that ran, by slug
/// @param access who may do what; [Access#NONE] where it was not asked
/// @param baseline findings that do not fail the review
/// @param failOn a new finding at this severity or above fails the review
public record Report(Review review, List<RulePage> rules, Access access, Baseline baseline, Severity failOn) {

    public Report {
        rules = List.copyOf(rules);
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

    boolean fails(Finding finding) {
        return finding.severity().compareTo(failOn) >= 0;
    }

    /// The findings that the baseline does not know, in their order.
    List<Finding> fresh() {
        return baseline.fresh(review.findings());
    }

    /// How many new findings are of this severity.
    long count(Severity severity) {
        return fresh().stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }

    Optional<RulePage> page(Finding finding) {
        return rules.stream().filter(page -> page.slug().equals(finding.rule())).findFirst();
    }
}
