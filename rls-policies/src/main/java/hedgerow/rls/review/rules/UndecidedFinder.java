package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.Trigger;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Clause;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds what a review must not pass in silence: code and views that act for a subject, that no rule could read, and
/// on which no rule reports a warning or an error.
///
/// Left out is whatever cannot widen what a subject reaches: an invoker function that no policy calls, since its
/// statements are bound as the caller's own are; a trigger function of the invoker that leaves the tenant of a row
/// alone; a definer function whose parsed body reads no table and calls nothing but built-in functions that compute; a
/// view whose owner is bound by the policies that bind its readers.
public final class UndecidedFinder {

    private static final List<Command> WRITES = List.of(Command.INSERT, Command.UPDATE, Command.DELETE);

    private static final int ROW = 1;
    private static final int BEFORE = 2;
    private static final Map<Command, Integer> EVENTS =
            Map.of(Command.INSERT, 4, Command.DELETE, 8, Command.UPDATE, 16);

    /// Code that may assign any column of the new row.
    private static final Pattern WHOLE_ROW =
            Pattern.compile("(?i)\\bnew\\s*:?=|\\binto\\s+new\\b|\\bexecute\\b|populate_record|#=");

    /// Rules that say what code or a view shows. Others may report the same object for another reason.
    private static final Set<String> DECIDING =
            Set.of("definer-bypasses-rls", "view-bypasses-rls", "view-chain-bypasses-rls", "view-without-barrier");

    private static final int MOST_NAMED = 3;

    private final Analysis analysis;
    private final Predicate<String> ran;
    private final Set<String> reported;
    private final Map<String, Undecided> found = new LinkedHashMap<>();

    /// @param ran whether the rule of this slug was part of the review
    /// @param reported objects on which a rule that [#decides] reports a warning or an error
    public UndecidedFinder(Analysis analysis, Predicate<String> ran, Set<String> reported) {
        this.analysis = analysis;
        this.ran = ran;
        this.reported = reported;
    }

    /// Whether a finding of this rule decides what the reviewed object does.
    public static boolean decides(String rule) {
        return DECIDING.contains(rule);
    }

    /// @return by object
    public List<Undecided> find() {
        if (ran.test("policy-always-true")) {
            helpers();
            expressions();
        }
        if (ran.test("definer-bypasses-rls")) {
            definers();
            triggers();
        }
        if (ran.test("view-bypasses-rls")) {
            new UndecidedViews(analysis).find(this::note);
        }
        return found.values().stream()
                .sorted(Comparator.comparing(Undecided::object))
                .toList();
    }

    private void note(String object, String why) {
        if (!reported.contains(object)) {
            found.putIfAbsent(object, new Undecided(object, why));
        }
    }

    private static String object(Function function) {
        return "function " + function.quoted();
    }

    // --- policies ------------------------------------------------------------------------------------------------

    private void helpers() {
        var callers = new LinkedHashMap<Function, Set<String>>();
        exposed()
                .forEach(clause -> Analysis.calls(clause.expr())
                        .flatMap(call -> analysis.catalog.function(call.function()).stream())
                        .filter(this::isOfUsers)
                        .filter(function -> !isRead(function))
                        .forEach(function -> callers.computeIfAbsent(function, _ -> new LinkedHashSet<>())
                                .add(clause.object())));
        callers.forEach((function, policies) -> note(
                object(function),
                "is called by %s, and its body (%s) could not be read"
                        .formatted(some(List.copyOf(policies)), function.language())));
    }

    private Stream<Clause> exposed() {
        return analysis.clauses().filter(clause -> analysis.exposed(clause.table(), clause.policy()));
    }

    private boolean isOfUsers(Function function) {
        return !function.schema().equals("pg_catalog") && function.extension().isEmpty();
    }

    private boolean isRead(Function function) {
        return analysis.body(function.oid()).filter(body -> body.size() == 1).isPresent();
    }

    private void expressions() {
        exposed()
                .filter(clause -> Walk.over(clause.expr()).anyMatch(place -> place.node() instanceof Expr.Opaque))
                .forEach(clause -> note(clause.object(), "holds a part that could not be read"));
    }

    // --- functions -----------------------------------------------------------------------------------------------

    private void definers() {
        analysis.catalog.functions().values().stream()
                .filter(function -> function.securityDefiner() && isOfUsers(function) && isUnderReview(function))
                .filter(function -> !returnsTrigger(function) && isCallable(function))
                .filter(function -> !isHarmless(function) && !isReadHelper(function))
                .forEach(function -> note(
                        object(function),
                        "runs as %s for whoever calls it, and its body was not read".formatted(owner(function))));
    }

    private boolean isUnderReview(Function function) {
        return analysis.settings.schemas().contains(function.schema());
    }

    private boolean returnsTrigger(Function function) {
        return analysis.catalog
                .type(function.returnType())
                .filter(type -> type.quoted().endsWith("trigger"))
                .isPresent();
    }

    private boolean isCallable(Function function) {
        return !analysis.subjects.mayExecute(function).isEmpty();
    }

    /// A helper of policies that the rules look into.
    private boolean isReadHelper(Function function) {
        return isRead(function) && analysis.called().contains(function);
    }

    private boolean isHarmless(Function function) {
        return analysis.body(function.oid()).stream().flatMap(List::stream).allMatch(this::isHarmless)
                && analysis.body(function.oid()).isPresent();
    }

    private boolean isHarmless(Query query) {
        return query.command() == Query.Command.SELECT
                && query.sources().stream().noneMatch(Query.Source.Table.class::isInstance)
                && query.queries().allMatch(this::isHarmless)
                && Walk.over(query).map(Walk.Place::node).allMatch(this::isHarmless);
    }

    private boolean isHarmless(Expr node) {
        return switch (node) {
            case Expr.Opaque _ -> false;
            case Expr.Subquery subquery -> isHarmless(subquery.query());
            case Expr.Call call -> computes(call.function());
            default -> true;
        };
    }

    /// Whether it is built in, and neither reads a table nor writes anything.
    private boolean computes(long function) {
        return analysis.catalog
                .function(function)
                .filter(known -> known.schema().equals("pg_catalog")
                        && (known.volatility() == Function.Volatility.IMMUTABLE
                                || known.name().equals("current_setting")
                                || known.name().equals("now")))
                .isPresent();
    }

    private String owner(Function function) {
        return analysis.catalog.role(function.owner()).map(Role::name).orElse("its owner");
    }

    // --- triggers ------------------------------------------------------------------------------------------------

    private void triggers() {
        var tables = new LinkedHashMap<Function, Set<String>>();
        analysis.catalog
                .relationsIn(analysis.settings.schemas())
                .forEach(table -> table.triggers().stream()
                        .filter(trigger -> trigger.enabled() && isFiredBySubject(table, trigger))
                        .flatMap(trigger -> analysis
                                .catalog
                                .function(trigger.function())
                                .filter(function -> isOfUsers(function) && mayWiden(table, trigger, function))
                                .stream())
                        .forEach(function -> tables.computeIfAbsent(function, _ -> new LinkedHashSet<>())
                                .add(table.quoted())));
        tables.forEach((function, written) -> note(object(function), why(function, some(List.copyOf(written)))));
    }

    private boolean isFiredBySubject(Relation table, Trigger trigger) {
        return WRITES.stream()
                .anyMatch(command -> (trigger.type() & EVENTS.get(command)) != 0
                        && !analysis.subjects.may(table, command).isEmpty());
    }

    private boolean mayWiden(Relation table, Trigger trigger, Function function) {
        var before = ROW | BEFORE;
        return function.securityDefiner()
                || table.rowSecurity()
                        && (trigger.type() & before) == before
                        && analysis.holdsTenants(table)
                        && mayChangeTenant(table, Bodies.code(function));
    }

    private boolean mayChangeTenant(Relation table, String code) {
        return WHOLE_ROW.matcher(code).find()
                || table.columns().stream()
                        .filter(column -> analysis.settings.tenantColumns().contains(column.name()))
                        .anyMatch(column -> code.contains(column.name()));
    }

    private String why(Function function, String tables) {
        return function.securityDefiner()
                ? "runs as %s whenever a row of %s is written, and its body was not read"
                        .formatted(owner(function), tables)
                : "may change the tenant of a row of %s before the policies see it".formatted(tables);
    }

    // --- words ---------------------------------------------------------------------------------------------------

    static String some(List<String> names) {
        return names.size() <= MOST_NAMED
                ? Hits.and(names)
                : "%s and %d more"
                        .formatted(
                                String.join(", ", names.subList(0, MOST_NAMED - 1)), names.size() - (MOST_NAMED - 1));
    }
}
