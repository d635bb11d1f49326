package hedgerow.rls.report;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Leak;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.review.Location;
import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The verdicts on the claims, ready to be written in any [Format].
///
/// @param server version and database, in a few words
/// @param claims that were checked, in their order
/// @param locations the places in files that create objects, as far as they are known
public record ProofReport(
        String server, Proofs proofs, List<Claim> claims, Function<String, Optional<Location>> locations) {

    private static final int MOST_LINES = 12;

    public enum Format {
        TEXT,
        JSON,
        HTML,
        MARKDOWN,
        SARIF,
        JUNIT
    }

    /// The overall outcome, which is the worst of the cells'.
    public enum Outcome {
        /// Every cell is proved, closed or accepted.
        PROVED,
        /// Something is undecided, or could not be read.
        PARTIAL,
        /// A claim is refuted, but the leak was not seen.
        NOT_SEEN,
        /// A leak was seen.
        REFUTED
    }

    /// Writes the report.
    ///
    /// @param colour terminal colours, which only [Format#TEXT] has
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

    /// The cells that are refuted and not accepted.
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

    /// The cells grouped by claim, verdict and set of roles, in their order.
    List<List<Cell>> groups() {
        record Key(Claim claim, String symbol, List<String> roles) {}
        return List.copyOf(proofs.cells().stream()
                .collect(Collectors.groupingBy(
                        cell -> new Key(cell.claim(), symbol(cell), cell.roles()),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .values());
    }

    ClaimsFrame frame() {
        return new ClaimsFrame(
                "hedgerow prove", server, proofs.gaps(), proofs.assumptions(), proofs.risks(), summary(), conclusion());
    }

    Map<Claim, String> summary() {
        var summary = new LinkedHashMap<Claim, String>();
        claims.forEach(claim -> summary.put(claim, proofs.summary(claim)));
        return summary;
    }

    /// The conclusion, such as `refuted: 1 leak seen, 2 not seen; 3 unknown; 1 accepted`.
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

    /// The place of a cell, such as `app.invoice, SELECT, as app_user`.
    static String place(Cell cell) {
        return "%s, %s, as %s".formatted(cell.object(), cell.gate(), String.join(", ", cell.roles()));
    }

    /// The details of a cell, a line each.
    static List<String> lines(Cell cell) {
        return switch (cell.verdict()) {
            case Verdict.Proved(var core) -> core;
            case Verdict.Closed(var core) -> core;
            case Verdict.Unknown(var reasons) -> reasons;
            case Verdict.Refuted(var leak) ->
                leak.story().stream().limit(MOST_LINES).toList();
        };
    }

    /// The object to examine first: for a refuted claim, the object at fault.
    static String object(Cell cell) {
        return switch (cell.verdict()) {
            case Verdict.Refuted(var leak) -> leak.cause();
            case Verdict.Proved _, Verdict.Closed _, Verdict.Unknown _ ->
                switch (cell.kind()) {
                    case FUNCTION -> "function " + cell.object();
                    case TRIGGER -> "trigger " + cell.object();
                    case TABLE, FOREIGN_TABLE, VIEW, MATERIALIZED_VIEW, RULE -> cell.object();
                };
        };
    }

    /// The place in a file that creates the object.
    Optional<Location> location(Cell cell) {
        return locations.apply(object(cell));
    }

    /// The facts about a refutation beside its story, a line each: the object at fault, its place, the
    /// known leaks, and why it was not seen.
    List<String> notes(Cell cell) {
        if (!(cell.verdict() instanceof Verdict.Refuted(var leak))) {
            return List.of();
        }
        var place = location(cell).map(at -> ", %s:%d".formatted(at.file(), at.line()));
        return Stream.of(
                        Optional.of("fault: " + leak.cause() + place.orElse("")),
                        Optional.of("leak: " + String.join(", ", leak.ids())),
                        Optional.of("not seen: " + leak.unseen()).filter(_ -> !leak.seen()))
                .flatMap(Optional::stream)
                .toList();
    }

    static Optional<String> script(Cell cell) {
        return cell.verdict() instanceof Verdict.Refuted(var leak)
                ? Optional.of(leak.script()).filter(script -> !script.isEmpty())
                : Optional.empty();
    }

    /// The symbol of a cell: `P` proved, `p` closed, `R` refuted and seen, `r` refuted and not seen, `?`
    /// unknown, `A` accepted.
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
