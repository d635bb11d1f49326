package hedgerow.rls.review;

import hedgerow.rls.review.CorpusCase.Flaw;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The precision of the review on the corpus, rule by rule.
///
/// A flaw counts as found whatever its severity, unless its label names one. Notes without a flaw do
/// not count against a rule; warnings and errors do, on the bad schema as on its clean twin.
final class CorpusScore {

    private final Map<String, Tally> byRule = new TreeMap<>();
    private final List<String> missed = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<String> outdated = new ArrayList<>();

    /// The number of flaws found, flaws missed, and false alarms.
    private record Tally(int found, int missed, int wrong) {

        static final Tally ZERO = new Tally(0, 0, 0);

        Tally plus(Tally other) {
            return new Tally(found + other.found, missed + other.missed, wrong + other.wrong);
        }

        double precision() {
            return found + wrong == 0 ? 1 : (double) found / (found + wrong);
        }

        double recall() {
            return found + missed == 0 ? 1 : (double) found / (found + missed);
        }
    }

    static CorpusScore of(Map<Corpus.Schema, Corpus.Verdicts> corpus) {
        var score = new CorpusScore();
        corpus.forEach((schema, verdicts) -> {
            if (schema.isBad()) {
                score.bad(schema.of(), verdicts.findings());
            } else {
                score.good(schema.of(), verdicts.findings());
            }
        });
        return score;
    }

    private void bad(CorpusCase each, List<Finding> findings) {
        for (var flaw : each.flaws()) {
            if (!count(flaw, findings)) {
                missed.add(describe(each, flaw));
            }
        }
        for (var flaw : each.missed()) {
            if (count(flaw, findings)) {
                outdated.add(describe(each, flaw) + " is found");
            }
        }
        findings.stream()
                .filter(finding -> isAlarm(finding) && !isLabelled(each.flaws(), finding))
                .forEach(finding -> wrong(each.name() + "/bad.sql", finding));
    }

    private void good(CorpusCase each, List<Finding> findings) {
        var alarms = findings.stream().filter(CorpusScore::isAlarm).toList();
        for (var alarm : each.alarms()) {
            if (alarms.stream().anyMatch(alarm::isFoundBy)) {
                count(alarm.rule(), new Tally(0, 0, 1));
            } else {
                outdated.add(describe(each, alarm) + " is no longer reported");
            }
        }
        alarms.stream()
                .filter(finding -> !isLabelled(each.alarms(), finding))
                .forEach(finding -> wrong(each.name() + "/good.sql", finding));
    }

    /// Whether the flaw is found.
    private boolean count(Flaw flaw, List<Finding> findings) {
        var found = findings.stream().anyMatch(flaw::isFoundBy);
        count(flaw.rule(), found ? new Tally(1, 0, 0) : new Tally(0, 1, 0));
        return found;
    }

    private static String describe(CorpusCase each, Flaw flaw) {
        return "%s: %s on %s".formatted(each.name(), flaw.rule(), flaw.object());
    }

    private static boolean isAlarm(Finding finding) {
        return finding.severity() != Severity.INFO;
    }

    private static boolean isLabelled(List<Flaw> flaws, Finding finding) {
        return flaws.stream().anyMatch(flaw -> flaw.isFoundBy(finding));
    }

    private void wrong(String script, Finding finding) {
        count(finding.rule(), new Tally(0, 0, 1));
        wrong.add("%s: %s on %s: %s".formatted(script, finding.rule(), finding.object(), finding.detail()));
    }

    private void count(String rule, Tally tally) {
        byRule.merge(rule, tally, Tally::plus);
    }

    /// Labelled flaws that the review does not find.
    List<String> missed() {
        return missed;
    }

    /// Warnings and errors that concern no flaw.
    List<String> wrong() {
        return wrong;
    }

    /// Labels of missed or falsely reported flaws that are no longer true.
    List<String> outdated() {
        return outdated;
    }

    void print(PrintStream out) {
        out.printf("%-44s %6s %6s %6s %10s %7s%n", "rule", "found", "missed", "wrong", "precision", "recall");
        byRule.forEach((rule, tally) -> line(out, rule, tally));
        line(out, "total", byRule.values().stream().reduce(Tally.ZERO, Tally::plus));
        missed.forEach(flaw -> out.println("missed  " + flaw));
        wrong.forEach(alarm -> out.println("wrong   " + alarm));
    }

    private static void line(PrintStream out, String name, Tally tally) {
        out.printf(
                "%-44s %6d %6d %6d %9.1f%% %6.1f%%%n",
                name, tally.found, tally.missed, tally.wrong, 100 * tally.precision(), 100 * tally.recall());
    }
}
