package hedgerow.rls.report;

import hedgerow.rls.report.AccessMatrix.Cell;
import hedgerow.rls.report.AccessMatrix.Row;
import hedgerow.rls.report.AccessMatrix.Verdict;
import hedgerow.rls.review.Finding;
import hedgerow.rls.review.Severity;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Errors about policies and tables, which the cells of [AccessMatrix] must not contradict.
///
/// @param findings errors alone
record Holes(List<Finding> findings) {

    /// A rule about the owner alone, who has rows of its own in the matrix.
    private static final String OF_OWNER = "rls-not-forced";

    /// Rules about written rows, which do not affect SELECT.
    private static final Set<String> OF_WRITES =
            Set.of("blind-write", "membership-self-join", "self-promotion", "update-moves-row", "with-check-open");

    private static final String POLICY = "policy ";

    Holes(List<Finding> findings) {
        this.findings = findings.stream()
                .filter(finding ->
                        finding.severity() == Severity.ERROR && !finding.rule().equals(OF_OWNER))
                .toList();
    }

    Row mark(Row row) {
        var on = " on " + row.table();
        var here = findings.stream()
                .filter(finding -> finding.object().equals(row.table())
                        || finding.object().startsWith(POLICY)
                                && finding.object().endsWith(on))
                .toList();
        if (here.isEmpty()) {
            return row;
        }
        var written = here;
        var read = here.stream()
                .filter(finding -> !OF_WRITES.contains(finding.rule()))
                .toList();
        return new Row(
                row.role(),
                row.table(),
                mark(row.select(), read, on),
                mark(row.insert(), written, on),
                mark(row.update(), written, on),
                mark(row.delete(), written, on));
    }

    private static Cell mark(Cell cell, List<Finding> holes, String on) {
        var objects = cell.policies().stream()
                .flatMap(policy -> List.of(policy, '"' + policy.replace("\"", "\"\"") + '"').stream())
                .map(policy -> POLICY + policy + on)
                .collect(Collectors.toSet());
        var rules = holes.stream()
                .filter(hole -> !hole.object().startsWith(POLICY) || objects.contains(hole.object()))
                .map(Finding::rule)
                .distinct()
                .sorted()
                .toList();
        return cell.verdict() != Verdict.FENCED || rules.isEmpty()
                ? cell
                : new Cell(Verdict.OPEN, cell.policies(), rules);
    }
}
