package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
            String reason,
            Optional<String> accepted) {

        static Item of(Attempt cell) {
            return new Item(
                    cell.role(),
                    cell.object(),
                    cell.gate(),
                    cell.attack(),
                    cell.claim().id(),
                    cell.outcome().id(),
                    cell.statement(),
                    cell.reason(),
                    cell.accepted());
        }
    }

    static void write(ProbeReport report, Writer out) {
        var frame = report.frame();
        var summary = new LinkedHashMap<String, String>();
        frame.summary().forEach((claim, outcome) -> summary.put(claim.id(), outcome));
        JsonReport.JSON.writeValue(
                out,
                new ProbeJson(
                        frame.server(),
                        frame.gaps(),
                        frame.assumptions(),
                        frame.risks(),
                        summary,
                        report.attempts().cells().stream().map(Item::of).toList()));
    }
}
