package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Leak;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.Verdict;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What is known of the claims, ready to be written down in any [Format].
///
/// @param server version and database, in a few words
/// @param claims that were asked, in their order
public record ProofReport(String server, Proofs proofs, List<Claim> claims) {

    private static final int MOST_LINES = 12;

    public enum Format {
        TEXT,
        JSON,
        HTML,
        MARKDOWN,
        SARIF,
        JUNIT
    }

    /// The worst that there is.
    public enum Outcome {
        /// Everything is proved, closed or accepted.
        PROVED,
        /// Something is undecided, or could not be looked at.
        PARTIAL,
        /// A claim is refuted, but the leak was not seen.
        NOT_SEEN,
        /// A leak was seen.
        REFUTED
    }

    /// @param colour terminal colours; [Format#TEXT] alone has any
    /// @param out is flushed, not closed
    public void write(Format format, boolean colour, Writer out) throws IOException {
        switch (format) {
            case TEXT -> ProofText.write(this, colour, out);
            case JSON -> ProofJson.write(this, out);
            case HTML -> ProofHtml.write(this, out);
            case MARKDOWN -> ProofMarkdown.write(this, out);
            case SARIF -> ProofSarif.write(this, out);
            case JUNIT -> ProofJUnit.write(this, out);
        }
        out.flush();
    }

    public Outcome outcome() {
        if (open().stream().anyMatch(cell -> leak(cell).seen())) {
            return Outcome.REFUTED;
        }
        if (!open().isEmpty()) {
            return Outcome.NOT_SEEN;
        }
        return proofs.isPartial() ? Outcome.PARTIAL : Outcome.PROVED;
    }

    /// Refuted, and accepted by nobody.
    List<Cell> open() {
        return proofs.cells().stream().filter(Cell::isOpen).toList();
    }

    List<Cell> unknown() {
        return proofs.cells().stream()
                .filter(cell -> cell.verdict() instanceof Verdict.Unknown)
                .toList();
    }

    List<Cell> accepted() {
        return proofs.cells().stream()
                .filter(cell -> cell.accepted().isPresent())
                .toList();
    }

    /// Cells of one claim, verdict and set of roles, in their order.
    List<List<Cell>> groups() {
        record Key(Claim claim, String symbol, List<String> roles) {}
        return List.copyOf(proofs.cells().stream()
                .collect(Collectors.groupingBy(
                        cell -> new Key(cell.claim(), symbol(cell), cell.roles()),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .values());
    }

    Map<Claim, String> summary() {
        var summary = new LinkedHashMap<Claim, String>();
        claims.forEach(claim -> summary.put(claim, proofs.summary(claim)));
        return summary;
    }

    /// `refuted: 1 leak seen, 2 not seen; 3 unknown; 1 accepted`
    String conclusion() {
        var seen = open().stream().filter(cell -> leak(cell).seen()).count();
        var word = switch (outcome()) {
            case REFUTED, NOT_SEEN -> "refuted";
            case PARTIAL -> "partial";
            case PROVED -> "proved";
        };
        return "%s: %s seen, %d not seen; %d unknown; %d accepted"
                .formatted(
                        word,
                        Words.count(seen, "leak"),
                        open().size() - seen,
                        unknown().size(),
                        accepted().size());
    }

    static Leak leak(Cell cell) {
        return ((Verdict.Refuted) cell.verdict()).leak();
    }

    /// `app.invoice, SELECT, as app_user`
    static String place(Cell cell) {
        return "%s, %s, as %s".formatted(cell.object(), cell.gate(), String.join(", ", cell.roles()));
    }

    /// What there is to say of it, a line each.
    static List<String> lines(Cell cell) {
        return switch (cell.verdict()) {
            case Verdict.Proved(var core) -> core;
            case Verdict.Closed(var core) -> core;
            case Verdict.Unknown(var reasons) -> reasons;
            case Verdict.Refuted(var leak) ->
                leak.story().stream().limit(MOST_LINES).toList();
        };
    }

    /// `P` proved, `p` closed, `R` refuted and seen, `r` refuted and not seen, `?` unknown, `A` accepted.
    static String symbol(Cell cell) {
        if (cell.accepted().isPresent()) {
            return "A";
        }
        return switch (cell.verdict()) {
            case Verdict.Proved _ -> "P";
            case Verdict.Closed _ -> "p";
            case Verdict.Refuted(var leak) -> leak.seen() ? "R" : "r";
            case Verdict.Unknown _ -> "?";
        };
    }
}
