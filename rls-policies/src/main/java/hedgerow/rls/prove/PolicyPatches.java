package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog.StoredSettings;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Patches of one policy that admits rows, the smallest first.
final class PolicyPatches {

    static final String FENCE = "tenant_fence";

    private static final Set<String> WRITTEN = Set.of("INSERT", "UPDATE new");
    private static final Pattern CALLED = Pattern.compile(":funcid (\\d+)");

    private final State state;
    private final Relation table;
    private final Policy policy;
    private final List<Cell> cells;
    private final List<Candidate> found = new ArrayList<>();

    PolicyPatches(State state, Relation table, Policy policy, List<Cell> cells) {
        this.state = state;
        this.table = table;
        this.policy = policy;
        this.cells = cells;
    }

    List<Candidate> list() {
        accessors();
        stored();
        ranks();
        checkAsUsing();
        plainer();
        shorter();
        tied();
        notNull();
        roles();
        dropped();
        fenced();
        columns(cells.stream().allMatch(cell -> cell.gate().startsWith("UPDATE")));
        return found;
    }

    // --- the policy's own expressions ----------------------------------------------------------------------------

    private boolean isWrittenAlone() {
        return cells.stream().allMatch(cell -> WRITTEN.contains(cell.gate()));
    }

    private void checkAsUsing() {
        policy.usingSql()
                .filter(using ->
                        policy.checkSql().filter(check -> !check.equals(using)).isPresent())
                .ifPresent(using -> found.add(Candidate.of(
                        "policy %s checks new rows by what it asks of old ones".formatted(policy.quoted()),
                        alter("with check (%s)".formatted(Clause.of(using).text())))));
    }

    /// Adds patches that change each expression separately, and both.
    private void changed(String change, UnaryOperator<String> of) {
        var using = policy.usingSql().map(of).filter(sql -> !same(sql, policy.usingSql()));
        var check = policy.checkSql().map(of).filter(sql -> !same(sql, policy.checkSql()));
        if (isWrittenAlone() && policy.usingSql().isPresent()) {
            var fresh = check.or(() -> policy.checkSql().isEmpty() ? using : Optional.empty());
            fresh.ifPresent(sql -> found.add(Candidate.of(change, alter("with check (%s)".formatted(sql)))));
        }
        var both = Stream.of(using.map("using (%s)"::formatted), check.map("with check (%s)"::formatted))
                .flatMap(Optional::stream)
                .collect(Collectors.joining(" "));
        if (!both.isEmpty()) {
            found.add(Candidate.of(change, alter(both)));
        }
    }

    private static boolean same(String sql, Optional<String> other) {
        return other.filter(text -> Clause.of(text).text().equals(sql)).isPresent();
    }

    private String alter(String clauses) {
        return "alter policy %s on %s %s".formatted(policy.quoted(), table.quoted(), clauses);
    }

    private void plainer() {
        for (var form = 0; form < 5; form++) {
            var chosen = form;
            changed(
                    "policy %s lets nobody pass who has no tenant".formatted(policy.quoted()),
                    sql -> Clause.of(sql).withAtoms(atom -> isAboutRow(atom) ? plainer(atom, chosen) : atom));
        }
    }

    /// Whether an atom is about the row; another one is an alternative to the tenant's rows, or a switch.
    private boolean isAboutRow(String atom) {
        return table.columns().stream()
                .anyMatch(column -> Pattern.compile("(?<![\\w\"'])" + Pattern.quote(column.quoted()) + "(?![\\w\"'])")
                        .matcher(atom)
                        .find());
    }

    private static String plainer(String atom, int form) {
        var forms = Conditions.plainer(atom);
        return forms.isEmpty() ? atom : forms.get(Math.min(form, forms.size() - 1));
    }

    private void shorter() {
        var longest = Stream.of(policy.usingSql(), policy.checkSql())
                .flatMap(Optional::stream)
                .mapToInt(sql -> Clause.of(sql).withoutAlternatives().size())
                .max()
                .orElse(0);
        for (var i = 0; i < longest; i++) {
            var place = i;
            changed("policy %s has an alternative less".formatted(policy.quoted()), sql -> {
                var shorter = Clause.of(sql).withoutAlternatives();
                return place < shorter.size()
                        ? shorter.get(place)
                        : Clause.of(sql).text();
            });
        }
    }

    private void tied() {
        for (var condition : state.conditions().of(table)) {
            changed(
                    "policy %s also requires the tenant".formatted(policy.quoted()),
                    sql -> Clause.of(sql).text().contains(condition)
                            ? Clause.of(sql).text()
                            : Clause.of(sql).and(condition));
        }
    }

    private void dropped() {
        if (table.policies().stream().anyMatch(other -> other.permissive() && !other.equals(policy))) {
            found.add(Candidate.of(
                    "policy %s is gone; others remain".formatted(policy.quoted()),
                    "drop policy %s on %s".formatted(policy.quoted(), table.quoted())));
        }
    }

    private void fenced() {
        state.conditions().of(table).forEach(condition -> found.add(fence(table, condition)));
    }

    static Candidate fence(Relation table, String condition) {
        return Candidate.of(
                "every row of %s has to be the tenant's, whatever other policies permit".formatted(table.quoted()),
                "create policy %s on %s as restrictive using (%s)".formatted(FENCE, table.quoted(), condition));
    }

    // --- what it rests on ----------------------------------------------------------------------------------------

    /// Adds patches of accessors: a plan keeps the result that an IMMUTABLE function returned for another
    /// tenant.
    private void accessors() {
        called().filter(function -> function.volatility() == Function.Volatility.IMMUTABLE)
                .forEach(function -> found.add(Candidate.of(
                        "%s is called anew by each statement".formatted(function.quoted()),
                        "alter function %s stable".formatted(function.quoted()))));
    }

    private Stream<Function> called() {
        return Stream.of(policy.usingTree(), policy.checkTree())
                .flatMap(Optional::stream)
                .flatMap(tree -> CALLED.matcher(tree).results())
                .map(call -> Long.parseLong(call.group(1)))
                .distinct()
                .flatMap(oid -> state.model().catalog().function(oid).stream())
                .filter(function -> state.model().settings().schemas().contains(function.schema()));
    }

    /// Adds patches of stored settings: nobody is a tenant before setting an identity.
    private void stored() {
        var names = state.tenancy().identities().stream()
                .flatMap(input -> input instanceof Input.Setting(var name) ? Stream.of(name) : Stream.empty())
                .collect(Collectors.toCollection(HashSet::new));
        names.addAll(state.model().settings().variables());
        for (var stored : state.model().catalog().storedSettings()) {
            stored.settings().stream()
                    .map(setting -> setting.substring(0, setting.indexOf('=')))
                    .filter(names::contains)
                    .forEach(name -> found.add(Candidate.of(
                            "%s is no longer stored for sessions".formatted(name),
                            "alter %s reset %s".formatted(holder(stored), name))));
        }
    }

    private String holder(StoredSettings stored) {
        var role = state.model().catalog().role(stored.role()).map(Role::quoted).orElse("all");
        var database = "database " + state.model().catalog().server().database();
        return stored.role() == 0
                ? database
                : stored.database() == 0 ? "role " + role : "role %s in %s".formatted(role, database);
    }

    /// Adds patches for rows whose owner is NULL: they belong to nobody.
    private void notNull() {
        state.tenancy()
                .owner(table)
                .flatMap(owner -> table.column((long) owner.column()))
                .filter(column -> !column.notNull())
                .ifPresent(column -> found.add(notNull(table, column)));
    }

    static Candidate notNull(Relation table, Column column) {
        return Candidate.of(
                "each row of %s has a tenant".formatted(table.quoted()),
                "alter table %s alter column %s set not null".formatted(table.quoted(), column.quoted()));
    }

    private void roles() {
        cells.stream()
                .flatMap(cell -> cell.roles().stream())
                .distinct()
                .flatMap(name -> state.role(name).stream())
                .forEach(role -> found.addAll(RolePatches.unreachable(state, role)));
    }

    // --- columns -------------------------------------------------------------------------------------------------

    /// Adds patches for ranks: whoever may change their own row may not change the columns that make it a
    /// membership.
    private void ranks() {
        columns(cells.stream()
                .allMatch(cell ->
                        cell.claim() == Claim.MEMBERSHIP_EARNED && cell.gate().startsWith("UPDATE")));
    }

    private void columns(boolean applies) {
        if (!applies) {
            return;
        }
        var deciding = deciding();
        var kept = table.columns().stream()
                .filter(column -> !deciding.contains(column.number()) && !column.generated())
                .map(Column::quoted)
                .collect(Collectors.joining(", "));
        var named = table.columns().stream()
                .filter(column -> deciding.contains(column.number()))
                .map(Column::quoted)
                .collect(Collectors.joining(", "));
        var roles =
                cells.stream().flatMap(cell -> cell.roles().stream()).distinct().toList();
        var holders = state.holders(table.grants(), table.owner(), "UPDATE"::equals, roles);
        if (kept.isEmpty() || named.isEmpty()) {
            return;
        }
        var statements = new ArrayList<String>();
        for (var holder : holders) {
            statements.add("revoke update on %s from %s".formatted(table.quoted(), holder));
            statements.add("grant update (%s) on %s to %s".formatted(kept, table.quoted(), holder));
        }
        var grants = table.columns().stream()
                .filter(column -> deciding.contains(column.number()))
                .flatMap(column -> state.holders(column.grants(), table.owner(), "UPDATE"::equals, roles).stream())
                .distinct()
                .toList();
        grants.forEach(
                holder -> statements.add("revoke update (%s) on %s from %s".formatted(named, table.quoted(), holder)));
        if (!statements.isEmpty()) {
            found.add(new Candidate(statements, "%s of %s can no longer be changed".formatted(named, table.quoted())));
        }
    }

    private Set<Integer> deciding() {
        var deciding = new HashSet<Integer>();
        state.tenancy().owner(table).map(Tenancy.Anchor::column).ifPresent(deciding::add);
        state.tenancy().memberships().stream()
                .filter(way -> way.tables().contains(table.oid()))
                .forEach(way -> {
                    deciding.add(way.identityColumn());
                    deciding.add(way.keyColumn());
                    deciding.addAll(way.flags());
                });
        deciding.removeIf(number -> table.column((long) number).isEmpty());
        return deciding;
    }
}
