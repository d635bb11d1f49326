package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Gate;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Views that read as their owner, where the owner sees other rows than the reader does.
///
/// A view whose owner is exempt is a finding, and none of these.
final class UndecidedViews {

    private final Analysis analysis;

    UndecidedViews(Analysis analysis) {
        this.analysis = analysis;
    }

    void find(BiConsumer<String, String> note) {
        analysis.catalog.relationsIn(analysis.settings.schemas()).stream()
                .filter(view -> view.kind() == Relation.Kind.VIEW
                        && !view.isInvokerView()
                        && view.extension().isEmpty())
                .forEach(view -> find(view, note));
    }

    private void find(Relation view, BiConsumer<String, String> note) {
        var readers = analysis.subjects.may(view, Command.SELECT);
        if (readers.isEmpty()) {
            return;
        }
        for (var table : tables(view)) {
            if (isUnguarded(table, readers)) {
                note.accept(view.quoted(), "shows %s, which no policy guards".formatted(table.quoted()));
            } else if (isSeenOtherwise(view, table, readers)) {
                var owner = analysis.catalog.role(view.owner()).map(Role::name).orElse("its owner");
                note.accept(
                        view.quoted(),
                        "reads %s as %s, to whom other policies apply than to its readers"
                                .formatted(table.quoted(), owner));
            }
        }
    }

    /// Those that are read with the rights of the view's owner; a view inside has an owner of its own.
    private Set<Relation> tables(Relation view) {
        return view.viewTree().stream()
                .flatMap(tree -> ExprReader.readQueries(tree, analysis.names).stream())
                .flatMap(this::sources)
                .flatMap(table -> analysis.catalog.relation(table.oid()).stream())
                .filter(relation -> relation.oid() != view.oid())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private Stream<Query.Source.Table> sources(Query query) {
        var inside = Walk.over(query)
                .map(Walk.Place::node)
                .flatMap(node -> node instanceof Expr.Subquery subquery ? sources(subquery.query()) : Stream.empty());
        return Stream.of(query.tables(), query.queries().flatMap(this::sources), inside)
                .flatMap(tables -> tables);
    }

    /// Rows of tenants that some reader of the view may not read by itself.
    private boolean isUnguarded(Relation table, Set<Long> readers) {
        return !table.rowSecurity()
                && holdsTenants(table)
                && !analysis.subjects.may(table, Command.SELECT).containsAll(readers);
    }

    private boolean holdsTenants(Relation table) {
        return switch (table.kind()) {
            case TABLE, PARTITIONED_TABLE, FOREIGN_TABLE ->
                analysis.settings.tenantTables().contains(table.oid());
            case MATERIALIZED_VIEW -> tables(table).stream().anyMatch(this::holdsTenants);
            case VIEW, SEQUENCE -> false;
        };
    }

    private boolean isSeenOtherwise(Relation view, Relation table, Set<Long> readers) {
        return table.rowSecurity()
                && !analysis.gates.isExempt(view.owner(), table)
                && readers.stream().anyMatch(reader -> admitsMore(table, view.owner(), reader));
    }

    private boolean admitsMore(Relation table, long owner, long reader) {
        var asOwner = analysis.gates.asking(owner, table, Gate.SELECT);
        var asReader = analysis.gates.asking(reader, table, Gate.SELECT);
        return !asReader.permissive().containsAll(asOwner.permissive())
                || !asOwner.restrictive().containsAll(asReader.restrictive());
    }
}
