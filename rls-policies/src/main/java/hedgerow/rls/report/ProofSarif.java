package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.review.AcceptedProofs;
import java.io.Writer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A report in SARIF 2.1.0, for code scanning: a result for each cell that is refuted or unknown. Code
/// scanning shows every result as an alert, so that proved cells have none; the summary is in the
/// properties of the run.
record ProofSarif(ProofReport report) {

    static void write(ProofReport report, Writer out) {
        SarifReport.JSON.writeValue(out, new ProofSarif(report).log());
    }

    private ObjectNode log() {
        var log = SarifReport.JSON
                .createObjectNode()
                .put("$schema", SarifReport.SCHEMA)
                .put("version", "2.1.0");
        var run = log.putArray("runs").addObject();
        var driver = run.putObject("tool").putObject("driver").put("name", "hedgerow prove");
        var rules = driver.putArray("rules");
        report.claims().forEach(claim -> rules.addObject().put("id", AcceptedProofs.rule(claim)));
        var invocation = run.putArray("invocations").addObject().put("executionSuccessful", true);
        notifications(invocation.putArray("toolExecutionNotifications"));
        run.put("columnKind", "utf16CodeUnits");
        var results = run.putArray("results");
        report.open().forEach(cell -> result(results.addObject(), cell));
        report.unknown().forEach(cell -> result(results.addObject(), cell));
        report.accepted().forEach(cell -> suppressed(results.addObject(), cell));
        var summary = run.putObject("properties").putObject("summary");
        report.summary().forEach((claim, verdict) -> summary.put(AcceptedProofs.rule(claim), verdict));
        return log;
    }

    private void notifications(ArrayNode notifications) {
        report.proofs().gaps().forEach(gap -> SarifReport.notification(notifications, "warning", gap));
        report.proofs()
                .assumptions()
                .forEach(each -> SarifReport.notification(notifications, "note", "assumed: " + each));
        report.proofs()
                .risks()
                .forEach(each -> SarifReport.notification(notifications, "note", "not covered: " + each));
    }

    private void result(ObjectNode result, Cell cell) {
        var refuted = cell.verdict() instanceof Verdict.Refuted;
        result.put("ruleId", AcceptedProofs.rule(cell.claim()));
        result.put("kind", refuted ? "fail" : "open");
        result.put("level", refuted ? "error" : "none");
        result.putObject("message").put("text", SarifReport.escaped(message(cell)));
        SarifReport.location(result.putArray("locations").addObject(), ProofReport.object(cell), report.location(cell));
        var properties = result.putObject("properties");
        properties.put("gate", cell.gate());
        cell.roles().forEach(properties.putArray("roles")::add);
        if (cell.verdict() instanceof Verdict.Refuted(var leak)) {
            properties.put("seen", leak.seen());
            properties.put("script", leak.script());
            leak.ids().forEach(properties.putArray("leaks")::add);
        }
    }

    private String message(Cell cell) {
        var lines = Stream.concat(ProofReport.lines(cell).stream(), report.notes(cell).stream());
        return Visible.line("%s: %s".formatted(ProofReport.place(cell), lines.collect(Collectors.joining("; "))));
    }

    private void suppressed(ObjectNode result, Cell cell) {
        result(result, cell);
        result.putArray("suppressions")
                .addObject()
                .put("kind", "external")
                .put("status", "accepted")
                .put("justification", cell.accepted().orElseThrow());
    }
}
