package hedgerow.rls.report;

import hedgerow.rls.review.Severity;

/// Phrases that several forms of the report share.
final class Words {

    private Words() {}

    /// The counts of new findings, such as `1 error, 2 warnings, 0 notes`.
    static String counts(Report report) {
        return "%s, %s, %s"
                .formatted(
                        counted(report, Severity.ERROR, "error"),
                        counted(report, Severity.WARN, "warning"),
                        counted(report, Severity.INFO, "note"));
    }

    private static String counted(Report report, Severity severity, String thing) {
        var causes = report.count(severity);
        var places = report.places(severity);
        return places == causes ? count(causes, thing) : "%s at %d places".formatted(count(causes, thing), places);
    }

    static String count(long number, String thing) {
        return number == 1 ? "1 " + thing : "%d %ss".formatted(number, thing);
    }
}
