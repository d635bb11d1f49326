package hedgerow.rls.report;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
import hedgerow.rls.prove.Claim;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The results of all attacks, ready to be written in any [Format].
///
/// @param server version and database, in a few words
/// @param claims that were attacked, in their order
public record ProbeReport(String server, Attempts attempts, List<Claim> claims) {

    public enum Format {
        TEXT,
        JSON,
        HTML,
        SARIF,
        JUNIT
    }

    /// Writes the report.
    ///
    /// @param colour terminal colours, which only [Format#TEXT] has
    /// @param out is flushed, not closed
    public void write(Format format, boolean colour, Writer out) throws IOException {
        switch (format) {
            case TEXT -> ProbeText.write(this, colour, out);
            case JSON -> ProbeJson.write(this, out);
            case HTML -> ProbeHtml.write(this, out);
            case SARIF -> ProbeSarif.write(this, out);
            case JUNIT -> ProbeJUnit.write(this, out);
        }
        out.flush();
    }

    /// The worst outcome, gaps included.
    public Outcome outcome() {
        if (!open().isEmpty()) {
            return Outcome.LEAKED;
        }
        var unchecked = summary().containsValue(Outcome.COULD_NOT_CHECK)
                || !attempts.gaps().isEmpty();
        return unchecked ? Outcome.COULD_NOT_CHECK : Outcome.HELD;
    }

    /// The leaks that nobody has accepted.
    List<Attempt> open() {
        return attempts.cells().stream().filter(Attempt::isOpen).toList();
    }

    List<Attempt> accepted() {
        return attempts.cells().stream()
                .filter(cell -> cell.accepted().isPresent())
                .toList();
    }

    List<Attempt> cells(Outcome outcome) {
        return attempts.cells().stream()
                .filter(cell -> cell.outcome() == outcome)
                .toList();
    }

    private Map<Claim, Outcome> summary() {
        var summary = new LinkedHashMap<Claim, Outcome>();
        claims.forEach(claim -> summary.put(claim, attempts.summary(claim)));
        return summary;
    }

    ClaimsFrame frame() {
        var outcomes = new LinkedHashMap<Claim, String>();
        summary().forEach((claim, outcome) -> outcomes.put(claim, outcome.id()));
        return new ClaimsFrame(
                "hedgerow probe",
                server,
                attempts.gaps(),
                attempts.assumptions(),
                attempts.risks(),
                outcomes,
                conclusion());
    }

    /// The conclusion, such as `leaked: 3 attacks leaked, 41 held, 2 could not be checked; 1 leak accepted`.
    private String conclusion() {
        return "%s: %s leaked, %d held, %d could not be checked; %s accepted"
                .formatted(
                        outcome().id(),
                        Words.count(open().size(), "attack"),
                        cells(Outcome.HELD).size(),
                        cells(Outcome.COULD_NOT_CHECK).size(),
                        Words.count(accepted().size(), "leak"));
    }

    /// The name of a claim in SARIF and JUnit, such as `probe-disjoint-reads`.
    static String rule(Claim claim) {
        return "probe-" + claim.id();
    }

    /// The place of an attack, such as `app.invoice, SELECT, as app_user: count`.
    static String place(Attempt cell) {
        return "%s, %s, as %s: %s".formatted(cell.object(), cell.gate(), cell.role(), cell.attack());
    }
}
