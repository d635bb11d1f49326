package hedgerow.rls.prove;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Index;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Finds questions that are equal except for the table that they are about: a verdict on one such table
/// holds for all.
///
/// Only tables that nothing but their policies protects are compared: those in which a column identifies
/// the owner of a row, and those whose rows belong to everybody who can see them.
final class Forms {

    private static final Set<Claim> CLAIMS =
            Set.of(Claim.DISJOINT_READS, Claim.WRITES_STAY_HOME, Claim.UNBOUND_SEES_NOTHING);
    private static final Set<String> GATES = Set.of("SELECT", "INSERT", "UPDATE", "UPDATE old", "UPDATE new", "DELETE");

    private final Model model;
    private final Tenancy tenancy;
    private final RoleClasses classes;
    private final Map<Ours, Optional<Integer>> shapes = new HashMap<>();
    private final Map<Asked, Integer> asked = new HashMap<>();
    /// Numbers for distinct parts, because forms are compared often.
    private final Map<Object, Integer> numbers = new HashMap<>();

    private record Asked(long role, long table) {}

    /// A table and whose its rows are to some roles.
    private record Ours(Relation table, Tenancy tenancy) {}

    Forms(Model model, Tenancy tenancy, RoleClasses classes) {
        this.model = model;
        this.tenancy = tenancy;
        this.classes = classes;
    }

    /// The form, equal for questions of one form; empty for a unique question.
    Optional<Object> of(Question question) {
        if (question.kind() != Cell.Kind.TABLE
                || !CLAIMS.contains(question.claim())
                || !GATES.contains(question.gate())) {
            return Optional.empty();
        }
        return classes.table(question)
                .flatMap(table -> shape(new Ours(table, tenancy.of(question.role(), table)))
                        .map(shape -> List.of(
                                question.claim(),
                                question.gate(),
                                shape,
                                asked(table, question.role()),
                                others(table, question.role()))));
    }

    private Object others(Relation table, long role) {
        return classes.roleClass(table, role, other -> other.oid() != table.oid());
    }

    private Optional<Integer> shape(Ours ours) {
        return shapes.computeIfAbsent(
                ours, _ -> isPlain(ours) ? owned(ours).or(() -> shown(ours)).map(this::number) : Optional.empty());
    }

    private Optional<Object> owned(Ours ours) {
        return ours.tenancy.owner(ours.table).map(owner -> List.of(shapeOf(ours.table), owner(owner)));
    }

    /// The form of a table whose rows belong to those who see them, so that every reader counts. A table
    /// that gives access to tenants is unique.
    private Optional<Object> shown(Ours ours) {
        var table = ours.table;
        var leads =
                ours.tenancy.memberships().stream().anyMatch(way -> way.tables().contains(table.oid()));
        return ours.tenancy.axis(table).isPresent() || leads
                ? Optional.empty()
                : Optional.of(List.of(shapeOf(table), readers(ours)));
    }

    private Set<Object> readers(Ours ours) {
        var table = ours.table;
        return model.settings().subjects().stream()
                .filter(role -> role != 0 && !model.gates().isSuperuser(role))
                .filter(role ->
                        Gate.COMMANDS.stream().anyMatch(command -> model.gates().may(role, table, command))
                                && !model.gates().isExempt(role, table)
                                && tenancy.of(role, table) == ours.tenancy)
                .map(role -> List.of(asked(table, role), others(table, role)))
                .collect(Collectors.toSet());
    }

    private Integer number(Object part) {
        return numbers.computeIfAbsent(part, _ -> numbers.size());
    }

    /// Whether a table has neither triggers nor heirs, and no policy that reads the table itself.
    private boolean isPlain(Ours ours) {
        var table = ours.table;
        return table.triggers().isEmpty()
                && table.rules().isEmpty()
                && table.parents().isEmpty()
                && table.kind() == Relation.Kind.TABLE
                && model.heirsOf(table).findAny().isEmpty()
                && ours.tenancy.axis(table).filter(Input.User.class::isInstance).isEmpty()
                && !classes.readsItself(table);
    }

    private static Object shapeOf(Relation table) {
        return List.of(
                table.columns().stream().map(Forms::shape).toList(),
                table.constraints().stream().map(each -> shape(table, each)).toList(),
                table.indexes().stream().filter(Index::unique).map(Forms::shape).toList());
    }

    private static Object owner(Tenancy.Anchor owner) {
        return List.of(
                List.of(owner.column(), owner.type(), owner.input(), owner.own()),
                List.of(owner.home(), NormalForm.ofAnyTable(owner.equality())));
    }

    private static Object shape(Column column) {
        return List.of(column.number(), column.type(), column.collation(), column.notNull(), column.generated());
    }

    private static Object shape(Relation table, Constraint constraint) {
        return List.of(
                constraint.kind(),
                constraint.columns(),
                constraint.foreignRelation() == table.oid() ? -1L : constraint.foreignRelation(),
                constraint.foreignColumns(),
                List.of(
                        constraint.matchFull(),
                        constraint.validated(),
                        constraint.enforced(),
                        constraint.deferrable(),
                        constraint.noInherit()),
                constraint.expressionTree());
    }

    private static Object shape(Index index) {
        return List.of(
                List.of(index.valid(), index.immediate(), index.exclusion()),
                index.columns(),
                index.keys(),
                index.expressionsTree(),
                index.predicateTree());
    }

    private Integer asked(Relation table, long role) {
        return asked.computeIfAbsent(new Asked(role, table.oid()), _ -> number(policies(table, role)));
    }

    private Object policies(Relation table, long role) {
        var parts = new ArrayList<Object>();
        parts.add(model.gates().isExempt(role, table));
        for (var gate : Gate.values()) {
            var asking = model.gates().asking(role, table, gate);
            parts.add(model.gates().columns(role, table, gate.command()));
            parts.add(forms(table, gate, asking.permissive()));
            parts.add(forms(table, gate, asking.restrictive()));
        }
        return parts;
    }

    private List<Expr> forms(Relation table, Gate gate, List<Policy> asked) {
        return asked.stream()
                .flatMap(policy -> Stream.ofNullable(gate.tree(policy).orElse(null)))
                .map(tree -> NormalForm.ofAnyTable(model.policies().read(table, tree)))
                .toList();
    }
}
