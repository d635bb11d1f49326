package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.CatalogNames;
import hedgerow.rls.logic.Clause;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Gates;
import hedgerow.rls.logic.Policies;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.logic.Subjects;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// The policies of a snapshot, read once for all rules about expressions of one review, in one thread.
///
/// For a session, a row is visible if some permissive policy and all restrictive ones are TRUE for it. Each
/// permissive policy is therefore examined together with the restrictive ones that apply to the same
/// session ([Case]): the table is open if one of these is.
public final class Analysis {

    final Catalog catalog;
    final Settings settings;
    final CatalogNames names;
    final Gates gates;
    final Subjects subjects;
    private final Policies policies;
    private final Map<Long, List<Readings.Reading>> readings = new HashMap<>();
    private final Map<Long, List<Case>> cases = new HashMap<>();
    private final Map<Expr, Worlds.Verdict> verdicts = new IdentityHashMap<>();
    private final Map<Worlds.Form, Worlds.Verdict> byForm = new HashMap<>();
    private final Belongings belongings = new Belongings(this);

    public Analysis(Catalog catalog, Settings settings) {
        this.catalog = catalog;
        this.settings = settings;
        this.policies = new Policies(catalog);
        this.names = policies.names();
        this.gates = new Gates(catalog);
        this.subjects = new Subjects(gates, settings.subjects());
    }

    String print(Expr expr) {
        return policies.print(expr);
    }

    // --- tables and expressions ----------------------------------------------------------------------------------

    /// Tables under review on which policies act.
    Stream<Relation> tables() {
        return catalog.relationsIn(settings.schemas()).stream()
                .filter(relation -> relation.isTable() && relation.rowSecurity());
    }

    /// Whether its rows belong to tenants, unlike those of a look-up table that happens to have row
    /// security enabled.
    boolean holdsTenants(Relation table) {
        return settings.tenantTables().contains(table.oid())
                && (table.columns().stream()
                                .anyMatch(column -> settings.tenantColumns().contains(column.name()))
                        || cases(table).stream().anyMatch(c -> Sessions.bindsSomeColumn(names, c.own())));
    }

    /// Whether its rows belong to somebody, by its columns, policies and keys.
    public boolean isSomebodys(Relation table) {
        return belongings.isSomebodys(table);
    }

    /// Whether only chosen sessions of these roles may use a command on a table.
    public boolean isForChosen(Relation table, Command command, Collection<Long> roles) {
        return belongings.isForChosen(table, command, roles);
    }

    /// Whether a policy opens a table to none but sessions that are chosen for all tenants: administrators.
    ///
    /// @param policy in the spelling of findings
    public boolean opensToChosen(Relation table, String policy) {
        return belongings.opensToChosen(table, policy);
    }

    /// Whether its rows belong to tenants, or clients that connect to the database themselves may change
    /// them all.
    boolean matters(Case c) {
        var changes = c.command() == Command.UPDATE || c.command() == Command.DELETE;
        return holdsTenants(c.table())
                || changes
                        && c.subjects().stream().anyMatch(settings.apiRoles()::contains)
                        && (isSomebodys(c.table()) || !belongings.isForChosen(c));
    }

    Optional<List<Query>> body(long function) {
        return policies.body(function);
    }

    /// Messages about objects on which reading failed; the others are read all the same.
    public Set<String> faults() {
        return policies.faults();
    }

    /// The expression with functions inlined. The same policy always yields the same object.
    Expr read(Relation table, String tree) {
        return policies.read(table, tree);
    }

    /// The expression exactly as stored.
    Expr raw(Relation table, String tree) {
        return policies.raw(table, tree);
    }

    /// USING and WITH CHECK of every policy, with functions inlined.
    Stream<Clause> clauses() {
        return clauses(this::read);
    }

    /// USING and WITH CHECK of every policy, exactly as stored.
    Stream<Clause> rawClauses() {
        return clauses(this::raw);
    }

    private Stream<Clause> clauses(BiFunction<Relation, String, Expr> reading) {
        return tables().flatMap(table -> table.policies().stream()
                .flatMap(policy ->
                        Policies.trees(policy).map(tree -> new Clause(table, policy, reading.apply(table, tree)))));
    }

    /// The clauses of one policy, with functions inlined.
    Stream<Expr> clauses(Relation table, Policy policy) {
        return policies.clauses(table, policy);
    }

    // --- cases ---------------------------------------------------------------------------------------------------

    Stream<Case> cases() {
        return tables().flatMap(table -> cases(table).stream());
    }

    /// The cases of a table: one for each permissive policy, command and clause that can admit a row.
    List<Case> cases(Relation table) {
        if (!cases.containsKey(table.oid())) {
            cases.put(
                    table.oid(),
                    table.policies().stream()
                            .filter(Policy::permissive)
                            .flatMap(policy -> casesOf(table, policy))
                            .toList());
        }
        return cases.get(table.oid());
    }

    private Stream<Case> casesOf(Relation table, Policy policy) {
        return Stream.of(Gate.values()).filter(gate -> gate.asks(policy)).flatMap(gate -> casesOf(table, policy, gate));
    }

    /// The cases of a policy: one for each set of restrictive policies that sessions meet; usually there is
    /// one set.
    private Stream<Case> casesOf(Relation table, Policy policy, Gate gate) {
        var bound = subjects.bound(table, policy, gate.command());
        var byGuards = bound.isEmpty()
                ? Map.of(guardsOfAnybody(table, policy, gate), bound)
                : subjects.byRestrictive(table, gate, bound);
        return byGuards.entrySet().stream().map(entry -> one(table, policy, gate, entry.getKey(), entry.getValue()));
    }

    /// The restrictive policies that apply to everybody to whom a permissive one applies.
    private static List<Policy> guardsOfAnybody(Relation table, Policy policy, Gate gate) {
        return Gates.Asking.of(table.policies(), gate).restrictive().stream()
                .filter(guard -> guard.roles().contains(0L) || guard.roles().containsAll(policy.roles()))
                .toList();
    }

    private Case one(Relation table, Policy policy, Gate gate, List<Policy> guards, Set<Long> bound) {
        var own = read(table, policy, gate);
        var all = new ArrayList<>(List.of(own));
        guards.forEach(guard -> all.add(read(table, guard, gate)));
        var guarded = all.size() == 1 ? own : new Expr.And(List.copyOf(all));
        return new Case(table, policy, gate, own, guarded, guards, bound);
    }

    private Expr read(Relation table, Policy policy, Gate gate) {
        return read(table, gate.tree(policy).orElseThrow());
    }

    // --- what policies reach -------------------------------------------------------------------------------------

    List<Readings.Reading> readings(Relation table, Policy policy) {
        return readings.computeIfAbsent(policy.oid(), oid -> Readings.of(this, table, policy));
    }

    Stream<Readings.Reading> readings() {
        return tables().flatMap(table -> table.policies().stream().flatMap(policy -> readings(table, policy).stream()));
    }

    /// The user-defined functions that policies call, directly or through each other.
    Set<Function> called() {
        var called = new LinkedHashSet<Function>();
        clauses().forEach(clause -> noteCalls(clause.expr(), called));
        return called;
    }

    private void noteCalls(Expr expr, Set<Function> called) {
        calls(expr)
                .flatMap(call -> catalog.function(call.function()).stream())
                .filter(function -> !function.schema().equals("pg_catalog"))
                .forEach(called::add);
    }

    static Stream<Expr.Call> calls(Expr expr) {
        return Walk.over(expr).flatMap(place -> callOf(place.node()).stream());
    }

    static Optional<Expr.Call> callOf(Expr node) {
        return switch (node) {
            case Expr.Call call -> Optional.of(call);
            case Expr.Inlined inlined -> Optional.of(inlined.call());
            default -> Optional.empty();
        };
    }

    /// Whether the policy applies to somebody under review.
    boolean exposed(Relation table, Policy policy) {
        return policy.permissive()
                ? cases(table).stream().anyMatch(c -> c.policy().oid() == policy.oid() && c.exposed())
                : Gate.COMMANDS.stream()
                        .filter(policy::covers)
                        .anyMatch(command ->
                                !subjects.bound(table, policy, command).isEmpty());
    }

    // --- verdicts ------------------------------------------------------------------------------------------------

    Worlds.Verdict verdict(Case c) {
        return verdict(c.table(), c.guarded());
    }

    /// The verdict on a policy. Tables with the same columns have policies of the same form, and each form
    /// is tried once.
    Worlds.Verdict verdict(Relation table, Expr expr) {
        var known = verdicts.get(expr);
        if (known == null) {
            known = policies.guarded(
                    "a policy on " + table.quoted(),
                    () -> byForm.computeIfAbsent(
                            Worlds.form(table, expr), form -> new Worlds(this, table, expr).verdict()),
                    Worlds.Verdict.UNDECIDED);
            verdicts.put(expr, known);
        }
        return known;
    }
}
