package hedgerow.rls.report;

import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The findings of an earlier review, which do not fail this one.
///
/// A finding is known if the earlier review had one of the same rule on the same object that was at least
/// as severe: a hole that was unreachable then and is reachable now is new. Each earlier finding covers
/// one.
public final class Baseline {

    private static final JsonMapper JSON = new JsonMapper();

    private final Map<String, List<Severity>> known;

    private Baseline(Map<String, List<Severity>> known) {
        this.known = known;
    }

    /// An empty baseline: every finding is new.
    public static Baseline none() {
        return new Baseline(Map.of());
    }

    /// Reads a baseline.
    ///
    /// @param file a report in [Format#JSON]
    /// @throws IOException if the file cannot be read
    /// @throws IllegalArgumentException if it is not such a report
    public static Baseline read(Path file) throws IOException {
        try {
            return of(JSON.readTree(Files.readString(file)));
        } catch (JacksonException | IllegalArgumentException e) {
            throw new IllegalArgumentException("%s is not the JSON report of a review".formatted(file), e);
        }
    }

    private static Baseline of(JsonNode report) {
        var known = new HashMap<String, List<Severity>>();
        for (var finding : report.required("findings").asArray()) {
            for (var place : places(finding)) {
                var fingerprint = Fingerprint.of(text(finding, "rule"), text(place, "object"));
                known.computeIfAbsent(fingerprint, _ -> new ArrayList<>()).add(severity(finding));
            }
        }
        return new Baseline(known);
    }

    /// The places of a finding. A report of version 1 has the only object in the finding itself.
    private static Iterable<JsonNode> places(JsonNode finding) {
        return finding.has("places") ? finding.required("places").asArray() : List.of(finding);
    }

    private static Severity severity(JsonNode finding) {
        return Severity.valueOf(text(finding, "severity").toUpperCase(Locale.ROOT));
    }

    private static String text(JsonNode node, String name) {
        return node.required(name).stringValue();
    }

    /// The findings that are not known, in their order.
    List<Finding> fresh(List<Finding> findings) {
        var left = new HashMap<String, List<Severity>>();
        known.forEach((fingerprint, severities) -> left.put(fingerprint, new ArrayList<>(severities)));
        return findings.stream().filter(finding -> !covers(left, finding)).toList();
    }

    private static boolean covers(Map<String, List<Severity>> left, Finding finding) {
        var severities = left.getOrDefault(Fingerprint.of(finding), new ArrayList<>());
        return severities.stream()
                .filter(severity -> severity.compareTo(finding.severity()) >= 0)
                .min(Severity::compareTo)
                .map(severities::remove)
                .orElse(false);
    }
}
