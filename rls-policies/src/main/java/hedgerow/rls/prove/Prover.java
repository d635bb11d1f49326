package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Search;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.logic.Tenancy;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Decides the claims for every role under review and every object that it has a privilege on.
public final class Prover {

    private static final Comparator<Cell> ORDER = Comparator.comparing(Cell::claim)
            .thenComparing(Cell::object)
            .thenComparing(Cell::gate)
            .thenComparing(cell -> cell.roles().toString());

    private final Model model;
    private final Tenancy tenancy;
    private final ProveOptions options;
    private final Tables tables;
    private final Memberships memberships;
    private final Views views;
    private final RoleClasses classes;

    private Prover(Catalog catalog, Settings settings, ProveOptions options) {
        this.model = Model.of(catalog, settings);
        this.tenancy = new Tenancy(model);
        this.options = options;
        var homes = new Homes(model, tenancy);
        this.tables = new Tables(model, tenancy, homes, new Triggers(), options.explain());
        this.memberships = new Memberships(model, tenancy, homes, tables, options.explain());
        this.views = new Views(model, tenancy, homes, options.explain());
        this.classes = new RoleClasses(model);
    }

    /// @param connection in a transaction, which may be read-only; bodies of functions are parsed by its server
    /// @param progress gets a line for each stage
    public static Proofs prove(
            Connection connection,
            Catalog catalog,
            Settings settings,
            ProveOptions options,
            Consumer<String> progress) {
        return new Prover(catalog, settings, options).run(progress);
    }

    private Proofs run(Consumer<String> progress) {
        progress.accept("reading policies");
        var groups = questions();
        var cells = new ArrayList<Cell>();
        var asked = 0;
        for (var group : groups.entrySet()) {
            progress.accept("question %d of %d".formatted(++asked, groups.size()));
            cells.add(cell(group.getValue().getFirst(), group.getValue()));
        }
        cells.sort(ORDER);
        var gaps = new TreeSet<>(model.catalog().gaps());
        gaps.addAll(model.policies().faults());
        return new Proofs(cells, new Assumptions(model, tenancy).lines(), Assumptions.RISKS, List.copyOf(gaps));
    }

    // --- questions -----------------------------------------------------------------------------------------------

    /// By what they ask: roles that meet the same policies and privileges ask the same.
    private Map<Object, List<Question>> questions() {
        var groups = new LinkedHashMap<Object, List<Question>>();
        for (var role : roles()) {
            for (var question : questions(role)) {
                if (options.asks(question.claim()) && options.asksObject(question.object())) {
                    groups.computeIfAbsent(classes.key(question), _ -> new ArrayList<>()).add(question);
                }
            }
        }
        return groups;
    }

    private List<Question> questions(Role role) {
        var questions = new ArrayList<Question>();
        tenancy.tables().forEach(table -> questions.addAll(tables.questions(table, role.oid())));
        questions.addAll(memberships.questions(role.oid(), Relation::isTable));
        model.catalog().relationsIn(model.settings().schemas()).stream()
                .filter(relation -> relation.viewTree().isPresent())
                .forEach(view -> questions.addAll(views.questions(view, role.oid())));
        return questions;
    }

    /// Exempt roles are outside of every claim, unless a login that is not exempt can become one.
    private List<Role> roles() {
        return model.settings().subjects().stream()
                .flatMap(oid -> model.catalog().role(oid).stream())
                .filter(role -> !role.superuser() && options.asksRole(role.name()))
                .filter(role -> !role.isExempt() || isWithinReach(role))
                .sorted(Comparator.comparing(Role::name))
                .toList();
    }

    private boolean isWithinReach(Role role) {
        return model.settings().logins().stream()
                .flatMap(oid -> model.catalog().role(oid).stream())
                .filter(login -> !login.isExempt())
                .anyMatch(login -> model.gates().roles().actsAs(login.oid()).contains(role.oid()));
    }

    // --- answers -------------------------------------------------------------------------------------------------

    private Cell cell(Question question, List<Question> same) {
        var roles = same.stream()
                .map(each -> model.catalog().role(each.role()).map(Role::name).orElse("?"))
                .distinct()
                .sorted()
                .toList();
        return new Cell(
                question.claim(),
                roles,
                question.object(),
                question.kind(),
                question.gate(),
                verdict(question),
                Optional.empty());
    }

    private Verdict verdict(Question question) {
        try {
            return decide(question);
        } catch (RuntimeException | StackOverflowError e) {
            return new Verdict.Unknown(List.of("internal error: " + e));
        }
    }

    private Verdict decide(Question question) {
        var encoded = question.encoded().get();
        var search = new Search(encoded.encoding(), options.timeout(), options.explain());
        return switch (search.run()) {
            case NOTHING -> held(question, options.explain() ? search.core() : List.of());
            case CANDIDATE -> new Verdict.Refuted(candidate(question, encoded, search));
            case UNDECIDED -> new Verdict.Unknown(search.reasons());
            case GAVE_UP -> new Verdict.Unknown(
                    List.of("the solver gave up within %d ms".formatted(options.timeout().toMillis())));
        };
    }

    private Verdict held(Question question, List<String> core) {
        if (question.companion().isEmpty()) {
            return new Verdict.Proved(core);
        }
        var companion = new Search(question.companion().get().get(), options.timeout(), false);
        return switch (companion.run()) {
            case NOTHING -> new Verdict.Closed(core);
            case CANDIDATE, UNDECIDED, GAVE_UP -> new Verdict.Proved(core);
        };
    }

    private static Leak candidate(Question question, Question.Encoded encoded, Search search) {
        var loose = encoded.encoding().loose();
        var why = loose.isEmpty()
                ? "it was not tried on a copy"
                : "it was not tried on a copy, and depends on " + String.join(", ", loose);
        return new Leak(question.leak(), false, why, List.of(), List.of(), "");
    }
}
