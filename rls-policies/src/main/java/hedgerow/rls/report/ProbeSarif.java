package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Outcome;
import java.io.Writer;
import tools.jackson.databind.node.ObjectNode;

/// A report in SARIF 2.1.0, for code scanning: a result for each attack that leaked or could not be
/// checked.
record ProbeSarif(ProbeReport report) {

    static void write(ProbeReport report, Writer out) {
        SarifReport.JSON.writeValue(out, new ProbeSarif(report).log());
    }

    private ObjectNode log() {
        var log = SarifReport.JSON
                .createObjectNode()
                .put("$schema", SarifReport.SCHEMA)
                .put("version", "2.1.0");
        var run = log.putArray("runs").addObject();
        var driver = run.putObject("tool").putObject("driver").put("name", "hedgerow probe");
        var rules = driver.putArray("rules");
        report.claims().forEach(claim -> rules.addObject().put("id", ProbeReport.rule(claim)));
        var notifications = run.putArray("invocations")
                .addObject()
                .put("executionSuccessful", true)
                .putArray("toolExecutionNotifications");
        var attempts = report.attempts();
        attempts.gaps().forEach(gap -> SarifReport.notification(notifications, "warning", gap));
        attempts.assumptions().forEach(each -> SarifReport.notification(notifications, "note", "assumed: " + each));
        attempts.risks().forEach(each -> SarifReport.notification(notifications, "note", "not covered: " + each));
        run.put("columnKind", "utf16CodeUnits");
        var results = run.putArray("results");
        report.cells(Outcome.LEAKED).forEach(cell -> result(results.addObject(), cell));
        report.cells(Outcome.COULD_NOT_CHECK).forEach(cell -> result(results.addObject(), cell));
        return log;
    }

    private static void result(ObjectNode result, Attempt cell) {
        var leaked = cell.outcome() == Outcome.LEAKED;
        result.put("ruleId", ProbeReport.rule(cell.claim()));
        result.put("kind", leaked ? "fail" : "open");
        result.put("level", leaked ? "error" : "none");
        result.putObject("message")
                .put("text", SarifReport.escaped(Visible.line(ProbeReport.place(cell) + ": " + cell.reason())));
        result.putArray("locations")
                .addObject()
                .putArray("logicalLocations")
                .addObject()
                .put("fullyQualifiedName", cell.object())
                .put("kind", "object");
        result.putObject("properties")
                .put("gate", cell.gate())
                .put("role", cell.role())
                .put("attack", cell.attack())
                .put("statement", cell.statement());
    }
}
