package hedgerow.rls.report;

import hedgerow.rls.review.Severity;

/// Phrases that several forms of the report share.
final class Words {

    private Words() {}

    /// `1 error, 2 warnings, 0 notes`, of new findings.
    static String counts(Report report) {
        return "%s, %s, %s"
                .formatted(
                        count(report.count(Severity.ERROR), "error"),
                        count(report.count(Severity.WARN), "warning"),
                        count(report.count(Severity.INFO), "note"));
    }

    static String count(long number, String thing) {
        return number == 1 ? "1 " + thing : "%d %ss".formatted(number, thing);
    }
}
