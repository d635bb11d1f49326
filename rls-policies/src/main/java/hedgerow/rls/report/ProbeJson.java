package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A report for programs. The names of the components are the names in the JSON, in snake case.
record ProbeJson(
        String server,
        List<String> gaps,
        List<String> assumptions,
        List<String> risks,
        Map<String, String> summary,
        List<Item> cells) {

    record Item(
            String role,
            String object,
            String gate,
            String attack,
            String claim,
            String outcome,
            String statement,
            String reason) {

        static Item of(Attempt cell) {
            return new Item(
                    cell.role(),
                    cell.object(),
                    cell.gate(),
                    cell.attack(),
                    cell.claim().id(),
                    cell.outcome().id(),
                    cell.statement(),
                    cell.reason());
        }
    }

    static void write(ProbeReport report, Writer out) {
        var attempts = report.attempts();
        var summary = new LinkedHashMap<String, String>();
        report.summary().forEach((claim, outcome) -> summary.put(claim.id(), outcome.id()));
        JsonReport.JSON.writeValue(
                out,
                new ProbeJson(
                        report.server(),
                        attempts.gaps(),
                        attempts.assumptions(),
                        attempts.risks(),
                        summary,
                        attempts.cells().stream().map(Item::of).toList()));
    }
}
