package hedgerow.rls.prove;

import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Search;
import hedgerow.rls.logic.Tenancy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Decides whether anybody gets through where a question about a view, a function, a trigger or a rule has
/// no companion: the same question is asked about anybody's rows.
final class Passers {

    private static final Set<Claim> CLAIMS = Set.of(Claim.DISJOINT_READS, Claim.WRITES_STAY_HOME);

    private final Model model;
    private final Views views;
    private final Functions functions;
    private final Triggers triggers;
    private final Rules rules;
    private final Map<Long, List<Question>> known = new HashMap<>();

    /// The companion questions.
    ///
    /// @param homes of anybody
    /// @param setOff with the homes of the claims, so that the same is asked
    /// @param fences likewise
    Passers(
            Model model,
            Tenancy tenancy,
            Homes homes,
            Bodies bodies,
            Reaches reaches,
            Memberships memberships,
            SetOff setOff,
            Fences fences) {
        this.model = model;
        this.triggers =
                new Triggers(model, tenancy, homes, bodies, reaches, () -> memberships, () -> setOff, fences, false);
        this.rules = new Rules(model, tenancy, homes, triggers, false);
        this.views = new Views(model, tenancy, homes, memberships, false);
        this.functions = new Functions(model, tenancy, homes, bodies, memberships, triggers, setOff, fences, false);
    }

    boolean isPassable(Question question, Duration timeout) {
        if (question.kind() == Cell.Kind.TABLE || !CLAIMS.contains(question.claim())) {
            return true;
        }
        return known.computeIfAbsent(question.role(), this::questions).stream()
                .filter(each -> each.claim() == question.claim()
                        && each.object().equals(question.object())
                        && each.gate().equals(question.gate()))
                .flatMap(each -> each.encoded().stream())
                .anyMatch(way -> new Search(way.get().encoding(), timeout, false).run() != Search.Found.NOTHING);
    }

    private List<Question> questions(long role) {
        var relations = model.catalog().relationsIn(model.settings().schemas());
        return Stream.of(
                        relations.stream()
                                .filter(relation -> relation.viewTree().isPresent())
                                .flatMap(view -> Stream.concat(
                                        views.questions(view, role).stream(), views.writes(view, role).stream())),
                        rules.questions(role).stream(),
                        relations.stream()
                                .filter(relation -> !relation.triggers().isEmpty())
                                .flatMap(relation -> triggers.questions(relation, role).stream()),
                        functions.questions(role).stream())
                .flatMap(questions -> questions)
                .toList();
    }
}
