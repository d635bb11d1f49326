package hedgerow.rls.review;

import hedgerow.rls.probe.Attempt;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Outcome;
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

/// Refuted claims, and attacks that leak, that `hedgerow.yaml` accepts, by the name of the claim and of the
/// object.
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
        var places = new Places(config, today);
        var cells = proofs.cells().stream()
                .map(cell -> place(cell)
                        .flatMap(places::accepting)
                        .map(each -> cell.accepted(each.reason()))
                        .orElse(cell))
                .toList();
        var assumptions = new ArrayList<>(proofs.assumptions());
        assumptions.addAll(places.expired());
        places.valid.stream()
                .filter(each -> isRule(each.rule()) && isAsked(each, options))
                .filter(each -> cells.stream().noneMatch(cell -> mayNeed(each, cell)))
                .forEach(each -> assumptions.add(Acceptances.note(each, "is no longer found")));
        return new Proofs(cells, assumptions, proofs.risks(), proofs.gaps());
    }

    /// Applies the acceptances to attacks. An acceptance that accepts no attack is not noted: attacks that miss
    /// do not show that the leak is gone.
    public static Attempts apply(Config config, Attempts attempts, LocalDate today) {
        var places = new Places(config, today);
        var cells = attempts.cells().stream()
                .map(cell -> place(cell)
                        .flatMap(places::accepting)
                        .map(each -> cell.accepted(each.reason()))
                        .orElse(cell))
                .toList();
        var assumptions = new ArrayList<>(attempts.assumptions());
        assumptions.addAll(places.expired());
        return new Attempts(cells, assumptions, attempts.risks(), attempts.gaps(), attempts.held());
    }

    /// Whether a claim is refuted, or not decided, so that it may still be.
    private static boolean mayNeed(Acceptance acceptance, Cell cell) {
        return (isRefuted(cell) || cell.verdict() instanceof Verdict.Unknown)
                && acceptance.covers(rule(cell.claim()), cell.object());
    }

    private static boolean isRefuted(Cell cell) {
        return cell.verdict() instanceof Verdict.Refuted;
    }

    private static Optional<Place> place(Cell cell) {
        return isRefuted(cell)
                ? Optional.of(new Place(cell.claim(), cell.object(), cell.gate(), cell.roles()))
                : Optional.empty();
    }

    private static Optional<Place> place(Attempt attempt) {
        return attempt.outcome() == Outcome.LEAKED
                ? Optional.of(new Place(attempt.claim(), attempt.object(), attempt.gate(), List.of(attempt.role())))
                : Optional.empty();
    }

    /// A leak that can be accepted.
    private record Place(Claim claim, String object, String gate, List<String> roles) {

        boolean isCoveredBy(Acceptance acceptance) {
            return acceptance.covers(rule(claim), object);
        }
    }

    /// The acceptances of a configuration.
    private record Places(Config config, LocalDate today, List<Acceptance> valid) {

        Places(Config config, LocalDate today) {
            this(
                    config,
                    today,
                    config.accepted().stream()
                            .filter(each -> !each.isExpired(today))
                            .toList());
        }

        Optional<Acceptance> accepting(Place place) {
            return valid.stream().filter(place::isCoveredBy).findFirst().or(() -> truncating(place));
        }

        /// An accepted TRUNCATE privilege of each role also accepts the gate that it opens.
        private Optional<Acceptance> truncating(Place place) {
            if (!place.gate.equals(TRUNCATE)) {
                return Optional.empty();
            }
            var ofRoles = place.roles.stream()
                    .map(role -> valid.stream()
                            .filter(each -> each.covers(TRUNCATE_RULE, "role " + role))
                            .findFirst())
                    .toList();
            return ofRoles.stream().allMatch(Optional::isPresent) ? ofRoles.getFirst() : Optional.empty();
        }

        List<String> expired() {
            return config.accepted().stream()
                    .filter(each -> isRule(each.rule()) && each.isExpired(today))
                    .map(each -> Acceptances.note(
                            each, "expired on %s".formatted(each.expires().orElseThrow())))
                    .toList();
        }
    }

    private static boolean isAsked(Acceptance acceptance, ProveOptions options) {
        return options.roles().isEmpty()
                && options.objects().isEmpty()
                && (options.claims().isEmpty()
                        || options.claims().stream().map(AcceptedProofs::rule).anyMatch(acceptance.rule()::equals));
    }
}
