package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Leak;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.review.Location;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The structure of `docs/proofs.schema.json`. The names of the components are the names in the JSON, in
/// snake case.
record ProofJson(
        int version,
        String server,
        boolean partial,
        List<String> gaps,
        List<String> assumptions,
        List<String> risks,
        Map<String, String> summary,
        List<Item> cells) {

    private static final int VERSION = 1;

    /// The object at fault, and the place in a file that creates it.
    record Fault(String object, Optional<String> file, Optional<Integer> line) {}

    /// A cell.
    ///
    /// @param seen empty unless it is refuted
    /// @param leak ids of `docs/leaks.md`
    /// @param leaks the kind of data that leaks
    /// @param reason why it is unknown, or was not seen
    /// @param core the assumptions of a proof; empty unless requested
    record Item(
            String claim,
            List<String> roles,
            String object,
            Cell.Kind kind,
            String gate,
            String verdict,
            Optional<Boolean> seen,
            List<String> leak,
            Optional<Leak.Kind> leaks,
            Optional<Fault> fault,
            Optional<String> reason,
            List<String> core,
            List<String> story,
            Optional<String> script,
            Optional<String> accepted) {

        static Item of(ProofReport report, Cell cell) {
            var leak =
                    cell.verdict() instanceof Verdict.Refuted(var found) ? Optional.of(found) : Optional.<Leak>empty();
            return new Item(
                    cell.claim().id(),
                    cell.roles(),
                    cell.object(),
                    cell.kind(),
                    cell.gate(),
                    cell.verdict().id(),
                    leak.map(Leak::seen),
                    leak.map(Leak::ids).orElse(List.of()),
                    leak.map(Leak::kind),
                    leak.map(found -> fault(report, cell, found)),
                    reason(cell),
                    cell.verdict() instanceof Verdict.Proved || cell.verdict() instanceof Verdict.Closed
                            ? ProofReport.lines(cell)
                            : List.of(),
                    leak.map(Leak::story).orElse(List.of()),
                    ProofReport.script(cell),
                    cell.accepted());
        }

        private static Fault fault(ProofReport report, Cell cell, Leak leak) {
            var place = report.location(cell);
            return new Fault(leak.cause(), place.map(Location::file), place.map(Location::line));
        }

        private static Optional<String> reason(Cell cell) {
            return switch (cell.verdict()) {
                case Verdict.Unknown(var reasons) -> Optional.of(String.join("; ", reasons));
                case Verdict.Refuted(var leak) -> Optional.of(leak.unseen()).filter(why -> !why.isEmpty());
                case Verdict.Proved _, Verdict.Closed _ -> Optional.empty();
            };
        }
    }

    static void write(ProofReport report, Writer out) {
        JsonReport.JSON.writeValue(out, of(report));
    }

    private static ProofJson of(ProofReport report) {
        var proofs = report.proofs();
        var summary = new LinkedHashMap<String, String>();
        report.summary().forEach((Claim claim, String verdict) -> summary.put(claim.id(), verdict));
        return new ProofJson(
                VERSION,
                report.server(),
                proofs.isPartial(),
                proofs.gaps(),
                proofs.assumptions(),
                proofs.risks(),
                summary,
                proofs.cells().stream().map(cell -> Item.of(report, cell)).toList());
    }
}
