package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Privileges;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.RoleGraph;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.CatalogNames;
import hedgerow.rls.logic.Clause;
import hedgerow.rls.logic.Policies;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.logic.Settings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The policies of a snapshot, read once for all rules about expressions of one review, in one thread.
///
/// For a session, a row is visible if some permissive policy and all restrictive ones are TRUE for it. So each
/// permissive policy is looked at with the restrictive ones that apply to the same session ([Case]): the table is open
/// if one of these is.
public final class Analysis {

    private static final long PUBLIC = 0;

    final Catalog catalog;
    final Settings settings;
    final CatalogNames names;
    final RoleGraph roles;
    private final Privileges privileges;
    private final Policies policies;
    private final Map<Long, Set<Long>> heirs;
    private final Map<List<Long>, Set<Long>> reached = new HashMap<>();
    private final Map<Long, List<Readings.Reading>> readings = new HashMap<>();
    private final Map<Long, List<Case>> cases = new HashMap<>();
    private final Map<Expr, Worlds.Verdict> verdicts = new IdentityHashMap<>();
    private final Map<Worlds.Form, Worlds.Verdict> byForm = new HashMap<>();
    private final Map<Granted, Set<Long>> granted = new HashMap<>();

    public Analysis(Catalog catalog, Settings settings) {
        this.catalog = catalog;
        this.settings = settings;
        this.policies = new Policies(catalog);
        this.names = policies.names();
        this.roles = new RoleGraph(catalog);
        this.privileges = new Privileges(catalog);
        this.heirs = heirs(settings.subjects(), roles);
    }

    /// By role, the subjects that have its privileges. PUBLIC's are had by all.
    private static Map<Long, Set<Long>> heirs(Set<Long> subjects, RoleGraph roles) {
        var heirs = new HashMap<Long, Set<Long>>();
        for (var subject : subjects) {
            if (subject != PUBLIC) {
                roles.inherited(subject)
                        .forEach(role -> heirs.computeIfAbsent(role, _ -> new LinkedHashSet<>())
                                .add(subject));
                heirs.computeIfAbsent(PUBLIC, _ -> new LinkedHashSet<>()).add(subject);
            }
        }
        return heirs;
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

    /// Whether its rows belong to tenants: it is no look-up table that happens to have row security on.
    boolean holdsTenants(Relation table) {
        return settings.tenantTables().contains(table.oid())
                && (table.columns().stream()
                                .anyMatch(column -> settings.tenantColumns().contains(column.name()))
                        || cases(table).stream().anyMatch(c -> Sessions.bindsSomeColumn(names, c.own())));
    }

    /// Whether its rows are tenants', or clients that speak to the database themselves may change them all.
    boolean matters(Case c) {
        var changes = c.command() == Command.UPDATE || c.command() == Command.DELETE;
        return holdsTenants(c.table()) || changes && c.subjects().stream().anyMatch(settings.apiRoles()::contains);
    }

    Optional<List<Query>> body(long function) {
        return policies.body(function);
    }

    /// Where reading failed on one object: the rest is read all the same.
    public Set<String> faults() {
        return policies.faults();
    }

    /// With functions inlined. The same policy is always the same object.
    Expr read(Relation table, String tree) {
        return policies.read(table, tree);
    }

    /// Exactly as stored.
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

    /// Those of one policy, with functions inlined.
    Stream<Expr> clauses(Relation table, Policy policy) {
        return policies.clauses(table, policy);
    }

    // --- cases ---------------------------------------------------------------------------------------------------

    Stream<Case> cases() {
        return tables().flatMap(table -> cases(table).stream());
    }

    /// One for each permissive policy, command and part that can let a row by.
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
        return Stream.of(Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE)
                .filter(policy::covers)
                .flatMap(command -> Stream.of(Case.Part.values())
                        .filter(part -> takesPart(command, part))
                        .flatMap(part -> tree(policy, part).map(tree -> read(table, tree)).stream()
                                .flatMap(own -> casesOf(table, policy, command, part, own))));
    }

    private static boolean takesPart(Command command, Case.Part part) {
        return switch (command) {
            case SELECT, DELETE -> part == Case.Part.OLD_ROW;
            case INSERT -> part == Case.Part.NEW_ROW;
            case UPDATE -> true;
            case ALL -> false;
        };
    }

    /// WITH CHECK falls back on USING. A permissive policy without either lets nothing by; a restrictive one, anything.
    static Optional<String> tree(Policy policy, Case.Part part) {
        return part == Case.Part.OLD_ROW
                ? policy.usingTree()
                : policy.checkTree().or(policy::usingTree);
    }

    /// One case for each set of restrictive policies that sessions meet; usually there is one set.
    private Stream<Case> casesOf(Relation table, Policy policy, Command command, Case.Part part, Expr own) {
        var subjects = subjects(table, policy, command);
        var restrictive = table.policies().stream()
                .filter(other -> !other.permissive()
                        && other.covers(command)
                        && tree(other, part).isPresent())
                .toList();
        if (subjects.isEmpty()) {
            var guards = keep(restrictive, guard -> covers(guard, policy));
            return Stream.of(one(table, policy, command, part, own, guards, subjects));
        }
        var byGuards = subjects.stream()
                .collect(Collectors.groupingBy(
                        role -> keep(
                                restrictive, guard -> reached(guard.roles()).contains(role)),
                        Collectors.toCollection(LinkedHashSet::new)));
        return byGuards.entrySet().stream()
                .map(entry -> one(table, policy, command, part, own, entry.getKey(), entry.getValue()));
    }

    private static List<Policy> keep(List<Policy> policies, Predicate<Policy> condition) {
        return policies.stream().filter(condition).toList();
    }

    private static boolean covers(Policy guard, Policy policy) {
        return guard.roles().contains(0L) || guard.roles().containsAll(policy.roles());
    }

    private Case one(
            Relation table,
            Policy policy,
            Command command,
            Case.Part part,
            Expr own,
            List<Policy> guards,
            Set<Long> subjects) {
        var all = new ArrayList<>(List.of(own));
        guards.forEach(guard -> tree(guard, part).map(tree -> read(table, tree)).ifPresent(all::add));
        var guarded = all.size() == 1 ? own : new Expr.And(List.copyOf(all));
        return new Case(table, policy, command, part, own, guarded, guards, subjects);
    }

    // --- what policies reach -------------------------------------------------------------------------------------

    List<Readings.Reading> readings(Relation table, Policy policy) {
        return readings.computeIfAbsent(policy.oid(), oid -> Readings.of(this, table, policy));
    }

    Stream<Readings.Reading> readings() {
        return tables().flatMap(table -> table.policies().stream().flatMap(policy -> readings(table, policy).stream()));
    }

    /// Functions of users that policies call, directly or through each other.
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

    /// Whether somebody under review could meet this policy.
    boolean exposed(Relation table, Policy policy) {
        return policy.permissive()
                ? cases(table).stream().anyMatch(c -> c.policy().oid() == policy.oid() && c.exposed())
                : Stream.of(Command.SELECT, Command.INSERT, Command.UPDATE, Command.DELETE)
                        .filter(policy::covers)
                        .anyMatch(command -> !subjects(table, policy, command).isEmpty());
    }

    // --- who -----------------------------------------------------------------------------------------------------

    /// Subjects that have the privileges of one of these roles.
    Set<Long> reached(List<Long> grantees) {
        return reached.computeIfAbsent(
                grantees,
                some -> some.contains(PUBLIC)
                        ? heirs.getOrDefault(PUBLIC, Set.of())
                        : some.stream()
                                .flatMap(role -> heirs.getOrDefault(role, Set.of()).stream())
                                .collect(Collectors.toSet()));
    }

    private Set<Long> subjects(Relation table, Policy policy, Command command) {
        var met = reached(policy.roles());
        return may(table, command).stream()
                .filter(role -> met.contains(role) && !roles.isExempt(role, table))
                .collect(Collectors.toSet());
    }

    /// Subjects with the privilege, on one column at least, and the use of the schema.
    Set<Long> may(Relation table, Command command) {
        return may(table, command, column -> true);
    }

    /// Subjects with the privilege on one of these columns, and the use of the schema.
    Set<Long> may(Relation table, Command command, Predicate<String> columns) {
        var onColumns = table.columns().stream()
                .filter(column -> columns.test(column.name()))
                .flatMap(column -> privileges.onColumn(table, column, command).stream());
        var holders = Stream.concat(privileges.onTable(table, command).stream(), onColumns)
                .distinct()
                .sorted()
                .toList();
        return granted.computeIfAbsent(new Granted(table.schema(), holders), this::reached);
    }

    /// Roles that have a privilege in a schema.
    private record Granted(String schema, List<Long> holders) {}

    private Set<Long> reached(Granted granted) {
        var inSchema = inSchema(granted.schema);
        return reached(granted.holders).stream().filter(inSchema::contains).collect(Collectors.toSet());
    }

    /// Subjects that may look into a schema.
    Set<Long> inSchema(String schema) {
        return reached(privileges.inSchema(schema));
    }

    // --- verdicts ------------------------------------------------------------------------------------------------

    Worlds.Verdict verdict(Case c) {
        return verdict(c.table(), c.guarded());
    }

    /// Tables of one shape have policies of one form: each form is tried once.
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
