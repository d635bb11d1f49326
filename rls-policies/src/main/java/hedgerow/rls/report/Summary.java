package hedgerow.rls.report;

import hedgerow.rls.review.Severity;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// A report in a few sentences, for somebody who reads nothing else of it.
///
/// @param reviewed the database, the time, the versions and the role of the review
/// @param verdict one or two sentences
/// @param counts of new findings by severity
/// @param risks the worst new findings, in the words of their rules, at most five
/// @param coverage the parts that were reviewed, and those that were not
record Summary(String reviewed, String verdict, String counts, List<String> risks, String coverage) {

    private static final int MOST_RISKS = 5;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    Summary {
        risks = List.copyOf(risks);
    }

    static Summary of(Report report) {
        return new Summary(reviewed(report), verdict(report), Words.counts(report), risks(report), coverage(report));
    }

    private static String reviewed(Report report) {
        var from = report.review().provenance();
        return "PostgreSQL %s, %s, on %s, with Hedgerow %s%s"
                .formatted(
                        from.postgres(),
                        from.database(),
                        TIME.format(from.at()),
                        from.hedgerow(),
                        from.user().map(user -> ", as " + user).orElse(""));
    }

    private static String verdict(Report report) {
        var gaps = report.review().gaps().size();
        var missed = switch (gaps) {
            case 0 -> "";
            case 1 -> " 1 part of the database was not reviewed.";
            default -> " %d parts of the database were not reviewed.".formatted(gaps);
        };
        if (report.count(Severity.ERROR) > 0) {
            return "Rows of other tenants can be reached: %s open.%s%s"
                    .formatted(are(report.count(Severity.ERROR), "hole", "holes"), missed, known(report));
        }
        if (report.count(Severity.WARN) > 0) {
            return "No %shole is open, but %s weaker than it looks.%s%s"
                    .formatted(
                            fresh(report), are(report.count(Severity.WARN), "fence", "fences"), missed, known(report));
        }
        return gaps == 0
                ? "No %shole was found, and everything was reviewed.%s".formatted(fresh(report), known(report))
                : "No %shole was found, but the review did not pass:%s%s"
                        .formatted(fresh(report), missed, known(report));
    }

    private static String fresh(Report report) {
        return report.known() > 0 ? "new " : "";
    }

    private static String known(Report report) {
        return report.known() > 0 ? " The baseline knows %s.".formatted(Words.count(report.known(), "finding")) : "";
    }

    private static String are(long number, String one, String many) {
        return number == 1 ? "1 %s is".formatted(one) : "%d %s are".formatted(number, many);
    }

    private static List<String> risks(Report report) {
        return report.fresh().stream()
                .filter(group -> group.severity() != Severity.INFO)
                .limit(MOST_RISKS)
                .map(group -> "%s: %s"
                        .formatted(report.page(group).map(page -> page.title()).orElse(group.rule()), group.objects()))
                .toList();
    }

    private static String coverage(Report report) {
        var review = report.review();
        var seen = review.coverage();
        return "%s on %s (%d with rows of tenants, %d shared) and %s; %s not reviewed, %d examined by hand, %d accepted"
                .formatted(
                        Words.count(seen.rules(), "rule"),
                        Words.count(seen.tables(), "table"),
                        seen.tenantTables(),
                        seen.sharedTables(),
                        seen.policies() == 1 ? "1 policy" : seen.policies() + " policies",
                        Words.count(review.gaps().size(), "part"),
                        review.examined().size(),
                        review.accepted().size());
    }
}
