package hedgerow.rls.report;

import hedgerow.rls.prove.Claim;
import hedgerow.rls.review.Location;
import java.io.Writer;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A log in SARIF 2.1.0 about claims, for code scanning: a result for each cell that does not hold or is
/// undecided. Code scanning shows every result as an alert, so that others have none; the summary is in the
/// properties of the run.
final class ClaimsSarif {

    private final ObjectNode log = SarifReport.JSON
            .createObjectNode()
            .put("$schema", SarifReport.SCHEMA)
            .put("version", "2.1.0");
    private final ArrayNode results;

    /// A log without results.
    ///
    /// @param rule the name of a claim's rule
    ClaimsSarif(ClaimsFrame frame, Function<Claim, String> rule) {
        var run = log.putArray("runs").addObject();
        var driver = run.putObject("tool").putObject("driver").put("name", frame.tool());
        var rules = driver.putArray("rules");
        frame.summary().keySet().forEach(claim -> rules.addObject().put("id", rule.apply(claim)));
        var invocation = run.putArray("invocations").addObject().put("executionSuccessful", true);
        notifications(frame, invocation.putArray("toolExecutionNotifications"));
        run.put("columnKind", "utf16CodeUnits");
        this.results = run.putArray("results");
        var summary = run.putObject("properties").putObject("summary");
        frame.summary().forEach((claim, outcome) -> summary.put(rule.apply(claim), outcome));
    }

    private static void notifications(ClaimsFrame frame, ArrayNode notifications) {
        frame.gaps().forEach(gap -> SarifReport.notification(notifications, "warning", gap));
        frame.assumptions().forEach(each -> SarifReport.notification(notifications, "note", "assumed: " + each));
        frame.risks().forEach(each -> SarifReport.notification(notifications, "note", "not covered: " + each));
    }

    /// Adds a result.
    ///
    /// @param failed whether the claim does not hold; otherwise it is undecided
    /// @param accepted the reason for which a person accepts it
    /// @return its properties
    ObjectNode result(
            String rule,
            boolean failed,
            String message,
            String object,
            Optional<Location> made,
            Optional<String> accepted) {
        var result = results.addObject();
        result.put("ruleId", rule);
        result.put("kind", failed ? "fail" : "open");
        result.put("level", failed ? "error" : "none");
        result.putObject("message").put("text", SarifReport.escaped(Visible.line(message)));
        SarifReport.location(result.putArray("locations").addObject(), object, made);
        accepted.ifPresent(reason -> result.putArray("suppressions")
                .addObject()
                .put("kind", "external")
                .put("status", "accepted")
                .put("justification", reason));
        return result.putObject("properties");
    }

    void write(Writer out) {
        SarifReport.JSON.writeValue(out, log);
    }
}
