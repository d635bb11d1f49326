package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Comparison;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Tenancy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Columns with one value in all rows of a tenant that belong together: columns that a foreign key joins,
/// that a policy compares with each other or with the same input of the session, and that a partition
/// inherits from its table.
final class Links {

    /// A column of a table.
    record At(long table, int column) {}

    private final Model model;
    private final Catalog catalog;
    private final Map<At, At> above = new HashMap<>();
    private final Map<At, List<At>> members = new HashMap<>();
    private final Map<At, Tenancy.Anchor> anchors = new HashMap<>();
    private final Map<List<Object>, At> named = new HashMap<>();

    Links(Model model, Tenancy tenancy) {
        this.model = model;
        this.catalog = model.catalog();
        catalog.relations().values().stream().filter(Relation::isTable).forEach(this::link);
        var byHome = new HashMap<List<Object>, At>();
        for (var anchor : tenancy.anchors()) {
            var at = new At(anchor.table(), anchor.column());
            join(byHome.computeIfAbsent(List.of(anchor.home(), anchor.type()), _ -> at), at);
        }
        for (var table : tenancy.tables()) {
            tenancy.owner(table).ifPresent(owner -> {
                var at = new At(table.oid(), owner.column());
                join(byHome.computeIfAbsent(List.of(owner.home(), owner.type()), _ -> at), at);
            });
            table.columns().stream()
                    .filter(column -> model.settings().tenantColumns().contains(column.name()))
                    .forEach(column -> named(table, column));
        }
        for (var anchor : tenancy.anchors()) {
            anchors.putIfAbsent(root(new At(anchor.table(), anchor.column())), anchor);
        }
    }

    /// The column that represents all columns linked with this one.
    At root(At at) {
        var up = above.get(at);
        if (up == null) {
            return at;
        }
        var root = root(up);
        above.put(at, root);
        return root;
    }

    /// All columns that are linked with this one, including itself.
    List<At> members(At at) {
        return members.getOrDefault(root(at), List.of(at));
    }

    boolean isLinked(At at) {
        return members(at).size() > 1 || anchor(at).isPresent() || named.containsValue(at);
    }

    /// The input that ties the columns to the session, if there is one.
    Optional<Tenancy.Anchor> anchor(At at) {
        return Optional.ofNullable(anchors.get(root(at)));
    }

    /// Links a column whose name suggests that it holds the tenant, whatever policies compare with it.
    private void named(Relation table, Column column) {
        var at = new At(table.oid(), column.number());
        if (members(at).size() == 1) {
            join(named.computeIfAbsent(List.of(column.name(), column.type()), _ -> at), at);
        }
    }

    private void link(Relation table) {
        table.constraints().stream()
                .filter(key -> key.kind() == Constraint.Kind.FOREIGN_KEY)
                .forEach(key -> {
                    for (var i = 0; i < key.columns().size(); i++) {
                        join(
                                new At(table.oid(), key.columns().get(i).intValue()),
                                new At(
                                        key.foreignRelation(),
                                        key.foreignColumns().get(i).intValue()));
                    }
                });
        if (table.partition()) {
            table.parents().stream()
                    .flatMap(oid -> catalog.relation(oid).stream())
                    .forEach(parent -> parent.columns()
                            .forEach(above -> table.column(above.name())
                                    .ifPresent(own -> join(
                                            new At(table.oid(), own.number()), new At(parent.oid(), above.number())))));
        }
        table.policies().stream()
                .flatMap(policy -> model.policies().clauses(table, policy))
                .flatMap(Walk::over)
                .forEach(place -> compared(place.node()));
    }

    private void compared(Expr node) {
        Comparison.of(model.names(), node).filter(Comparison::isEquality).ifPresent(comparison -> {
            var left = comparison.leftColumn().flatMap(Links::at);
            var right = Comparison.column(comparison.right()).flatMap(Links::at);
            if (left.isPresent() && right.isPresent() && type(left.get()) == type(right.get())) {
                join(left.get(), right.get());
            }
        });
    }

    /// The place of a column, if it is one of a table.
    static Optional<At> at(Expr.Column column) {
        return column.table().filter(_ -> column.number() > 0).map(table -> new At(table, column.number()));
    }

    private long type(At at) {
        return catalog.relation(at.table)
                .flatMap(table -> table.column((long) at.column))
                .map(column -> column.type())
                .orElse(0L);
    }

    private void join(At x, At y) {
        var a = root(x);
        var b = root(y);
        var all = new ArrayList<>(members.getOrDefault(a, List.of(a)));
        if (!a.equals(b)) {
            all.addAll(members.getOrDefault(b, List.of(b)));
            members.remove(a);
            above.put(a, b);
            members.put(b, all);
        }
    }
}
