package hedgerow.rls.review;

import hedgerow.rls.prove.Claim;
import hedgerow.rls.review.Corpus.Schema;
import hedgerow.rls.review.Corpus.Verdicts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The results of tools on the schemas of the corpus, compared with their labels, as a page.
final class VerdictScore {

    private static final String TIMES = "## Time";

    private static final String HEAD = """
        # Benchmark of verdicts

        How often `hedgerow prove`, `hedgerow review` and `hedgerow probe` are right, for those who decide whether to
        rely on them. Each case of the [corpus](../rls-policies/corpus) that breaks one of the
        [five claims](prover.md#the-claims)
        consists of two schemas: one that leaks, which an attack in a file beside it shows, and its clean twin. A tool
        reports for each schema that it leaks or that it holds, or leaves it undecided. `VerdictBenchmarkTest` writes
        this page; its comment has the command, and explains how to score another tool.

        Precision is the share of schemas that really leak among those that the tool reports as leaking. Recall is the
        share that the tool reports among those that leak. Any warning or error of `review` counts as a report of a
        leak, even if it is about something that breaks none of the claims.

        """;

    private VerdictScore() {}

    enum Said {
        LEAKS,
        HOLDS,
        UNDECIDED
    }

    record Answer(Said said, Duration time) {}

    /// Whether a case counts: cases that break no claim show other faults, such as outages.
    static boolean counts(Schema schema) {
        return !schema.of().claims().bad().isEmpty();
    }

    static String page(Map<String, Map<Schema, Answer>> answers, Map<Schema, Verdicts> proofs) {
        var schemas = answers.values().iterator().next().keySet();
        return HEAD
                + "%d schemas of %d cases, of which %d leak.\n\n"
                        .formatted(
                                schemas.size(),
                                schemas.stream().map(Schema::of).distinct().count(),
                                schemas.stream().filter(VerdictScore::leaks).count())
                + table(answers)
                + "\n## Claim by claim\n\nThe verdicts of `hedgerow prove` on each claim of each schema.\n\n"
                + claims(
                        proofs,
                        List.of("refuted", "proved", "unknown"),
                        (verdicts, claim) -> verdicts.proofs().summary(claim))
                + "\n"
                + "The outcomes of `hedgerow probe`. `CorpusProbeTest` has the reason for each miss and each false"
                + " alarm.\n\n"
                + claims(
                        proofs,
                        List.of("leaked", "held", "could-not-check"),
                        (verdicts, claim) -> verdicts.attempts().summary(claim).id())
                + "\n## Wrong\n\n"
                + wrong(answers)
                + "\n"
                + TIMES
                + "\n\nPer loaded schema, on the machine that wrote this page; no test checks these times.\n\n"
                + times(answers);
    }

    static String withoutTimes(String page) {
        var at = page.indexOf(TIMES);
        return at < 0 ? page : page.substring(0, at);
    }

    private static boolean leaks(Schema schema) {
        return !schema.failing().isEmpty();
    }

    // --- tables --------------------------------------------------------------------------------------------------

    static String table(Map<String, Map<Schema, Answer>> answers) {
        var lines = new ArrayList<>(List.of(
                "| tool | leaks: found | missed | undecided | holds: right | false alarms | undecided | precision |"
                        + " recall |",
                "|---|---|---|---|---|---|---|---|---|"));
        answers.forEach((tool, said) -> lines.add("| %s | %d | %d | %d | %d | %d | %d | %s |"
                .formatted(
                        tool,
                        count(said, true, Said.LEAKS),
                        count(said, true, Said.HOLDS),
                        count(said, true, Said.UNDECIDED),
                        count(said, false, Said.HOLDS),
                        count(said, false, Said.LEAKS),
                        count(said, false, Said.UNDECIDED),
                        shares(
                                count(said, true, Said.LEAKS),
                                count(said, false, Said.LEAKS),
                                count(said, true, Said.HOLDS) + count(said, true, Said.UNDECIDED)))));
        return text(lines);
    }

    private static long count(Map<Schema, Answer> answers, boolean leaks, Said said) {
        return answers.entrySet().stream()
                .filter(answer ->
                        leaks(answer.getKey()) == leaks && answer.getValue().said() == said)
                .count();
    }

    /// Two shares, such as `98 % | 91 %`.
    private static String shares(long found, long alarms, long others) {
        return "%s | %s".formatted(share(found, found + alarms), share(found, found + others));
    }

    private static String share(long some, long all) {
        return all == 0 ? "" : String.format(Locale.ROOT, "%.1f %%", 100.0 * some / all);
    }

    /// One line for each claim.
    ///
    /// @param words by which the tool reports that a claim fails, that it holds, and that it is undecided
    private static String claims(
            Map<Schema, Verdicts> corpus, List<String> words, BiFunction<Verdicts, Claim, String> summary) {
        var fails = words.get(0);
        var holds = words.get(1);
        var open = words.get(2);
        var lines = new ArrayList<>(List.of(
                "| claim | fails: %s | %s | %s | holds: %s | %s | %s | precision | recall |"
                        .formatted(fails, holds, open, holds, fails, open),
                "|---|---|---|---|---|---|---|---|---|"));
        for (var claim : Claim.values()) {
            var said = corpus.entrySet().stream()
                    .filter(each -> counts(each.getKey()))
                    .collect(Collectors.groupingBy(
                            each -> each.getKey().failing().contains(claim.id()) + " "
                                    + summary.apply(each.getValue(), claim),
                            Collectors.counting()));
            var found = said.getOrDefault("true " + fails, 0L);
            var missed = said.getOrDefault("true " + holds, 0L);
            var leftOpen = said.getOrDefault("true " + open, 0L);
            var alarms = said.getOrDefault("false " + fails, 0L);
            lines.add("| `%s` | %d | %d | %d | %d | %d | %d | %s |"
                    .formatted(
                            claim.id(),
                            found,
                            missed,
                            leftOpen,
                            said.getOrDefault("false " + holds, 0L),
                            alarms,
                            said.getOrDefault("false " + open, 0L),
                            shares(found, alarms, missed + leftOpen)));
        }
        return text(lines);
    }

    private static String wrong(Map<String, Map<Schema, Answer>> answers) {
        var lines = new ArrayList<String>();
        answers.forEach((tool, said) -> {
            lines.add("- %s, leaks missed: %s".formatted(tool, names(said, true, Said.HOLDS)));
            lines.add("- %s, false alarms: %s".formatted(tool, names(said, false, Said.LEAKS)));
        });
        return text(lines);
    }

    private static String names(Map<Schema, Answer> answers, boolean leaks, Said said) {
        var names = answers.entrySet().stream()
                .filter(answer ->
                        leaks(answer.getKey()) == leaks && answer.getValue().said() == said)
                .map(answer -> "`%s`".formatted(answer.getKey()))
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "none" : names;
    }

    private static String times(Map<String, Map<Schema, Answer>> answers) {
        var lines = new ArrayList<>(List.of("| tool | median | 95th percentile | all |", "|---|---|---|---|"));
        answers.forEach((tool, said) -> lines.add("| %s | %d ms | %d ms | %.1f s |"
                .formatted(tool, at(said.values(), 0.5), at(said.values(), 0.95), all(said.values()))));
        return text(lines);
    }

    private static long at(Collection<Answer> answers, double share) {
        var sorted = answers.stream().map(Answer::time).sorted().toList();
        return sorted.get((int) (share * (sorted.size() - 1))).toMillis();
    }

    private static double all(Collection<Answer> answers) {
        return answers.stream().mapToLong(answer -> answer.time().toMillis()).sum() / 1000.0;
    }

    private static String text(List<String> lines) {
        return String.join("\n", lines) + "\n";
    }

    // --- other tools ---------------------------------------------------------------------------------------------

    /// Reads the result of a tool.
    ///
    /// @param written SARIF, or JSON
    /// @param pointer to the array of findings in JSON
    static Said read(String written, String pointer) {
        JsonNode root;
        try {
            root = JsonMapper.shared().readTree(written);
        } catch (JacksonException e) {
            return Said.UNDECIDED;
        }
        if (root.path("runs").isArray()) {
            var open = root.path("runs")
                    .valueStream()
                    .flatMap(run -> run.path("results").valueStream())
                    .filter(result -> result.path("suppressions").isEmpty())
                    .toList();
            return open.stream().anyMatch(VerdictScore::isAlarm)
                    ? Said.LEAKS
                    : open.stream().anyMatch(result -> isKind(result, "open")) ? Said.UNDECIDED : Said.HOLDS;
        }
        var findings = root.at(pointer);
        return !findings.isArray() ? Said.UNDECIDED : findings.isEmpty() ? Said.HOLDS : Said.LEAKS;
    }

    /// Whether a result is an alarm: in SARIF, a result is a failure and a warning unless it is marked as
    /// something else.
    private static boolean isAlarm(JsonNode result) {
        return isKind(result, "fail")
                && List.of("error", "warning").contains(result.path("level").asString("warning"));
    }

    private static boolean isKind(JsonNode result, String kind) {
        return result.path("kind").asString("fail").equals(kind);
    }
}
