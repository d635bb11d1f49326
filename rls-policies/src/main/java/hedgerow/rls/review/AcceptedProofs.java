package hedgerow.rls.review;

import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Verdict;
import hedgerow.rls.review.Config.Acceptance;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Refuted claims that `hedgerow.yaml` accepts, by the name of the claim and of the object.
public final class AcceptedProofs {

    private static final String TRUNCATE = "TRUNCATE";

    /// The rule about roles that can TRUNCATE, which no policy restricts.
    private static final String TRUNCATE_RULE = "truncate-privilege";

    private AcceptedProofs() {}

    /// The rule under which a claim is accepted and reported: `prove-disjoint-reads`.
    public static String rule(Claim claim) {
        return "prove-" + claim.id();
    }

    static boolean isRule(String rule) {
        return Arrays.stream(Claim.values()).anyMatch(claim -> rule(claim).equals(rule));
    }

    /// Applies the acceptances. An expired acceptance accepts nothing, and is noted; so is one whose claim
    /// is decided and no longer refuted, unless `options` left the claim out.
    public static Proofs apply(Config config, Proofs proofs, ProveOptions options, LocalDate today) {
        var known =
                config.accepted().stream().filter(each -> isRule(each.rule())).toList();
        var valid = config.accepted().stream()
                .filter(each -> !each.isExpired(today))
                .toList();
        var cells = proofs.cells().stream().map(cell -> accepted(cell, valid)).toList();
        var assumptions = new ArrayList<>(proofs.assumptions());
        for (var each : known) {
            if (each.isExpired(today)) {
                assumptions.add(Acceptances.note(
                        each, "expired on %s".formatted(each.expires().orElseThrow())));
            } else if (isAsked(each, options) && cells.stream().noneMatch(cell -> mayNeed(each, cell))) {
                assumptions.add(Acceptances.note(each, "is no longer found"));
            }
        }
        return new Proofs(cells, assumptions, proofs.risks(), proofs.gaps());
    }

    private static Cell accepted(Cell cell, List<Acceptance> acceptances) {
        return acceptances.stream()
                .filter(each -> covers(each, cell))
                .findFirst()
                .or(() -> truncating(cell, acceptances))
                .map(each -> cell.accepted(each.reason()))
                .orElse(cell);
    }

    private static boolean covers(Acceptance acceptance, Cell cell) {
        return isRefuted(cell) && acceptance.covers(rule(cell.claim()), cell.object());
    }

    /// Whether a claim is refuted, or not decided, so that it may still be.
    private static boolean mayNeed(Acceptance acceptance, Cell cell) {
        return (isRefuted(cell) || cell.verdict() instanceof Verdict.Unknown)
                && acceptance.covers(rule(cell.claim()), cell.object());
    }

    /// An accepted TRUNCATE privilege of each role also accepts the gate that it opens.
    private static Optional<Acceptance> truncating(Cell cell, List<Acceptance> acceptances) {
        if (!isRefuted(cell) || !cell.gate().equals(TRUNCATE)) {
            return Optional.empty();
        }
        var ofRoles = cell.roles().stream()
                .map(role -> acceptances.stream()
                        .filter(each -> each.covers(TRUNCATE_RULE, "role " + role))
                        .findFirst())
                .toList();
        return ofRoles.stream().allMatch(Optional::isPresent) ? ofRoles.getFirst() : Optional.empty();
    }

    private static boolean isRefuted(Cell cell) {
        return cell.verdict() instanceof Verdict.Refuted;
    }

    private static boolean isAsked(Acceptance acceptance, ProveOptions options) {
        return options.roles().isEmpty()
                && options.objects().isEmpty()
                && (options.claims().isEmpty()
                        || options.claims().stream().map(AcceptedProofs::rule).anyMatch(acceptance.rule()::equals));
    }
}
