package hedgerow.rls.probe;

import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Tenancy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The tables with rows that belong to somebody, and the tables with rows of all.
final class Ownership {

    private final Model model;
    private final Tenancy tenancy;
    private final Links links;
    private final List<Relation> all;
    private final Set<Long> shared = new HashSet<>();
    private final Map<Long, Set<Long>> read = new HashMap<>();

    Ownership(Model model, Tenancy tenancy, Links links) {
        this.model = model;
        this.tenancy = tenancy;
        this.links = links;
        this.all = withParents();
        all.stream().filter(this::isShared).forEach(table -> shared.add(table.oid()));
        while (shared.removeIf(
                oid -> refersToSomebodys(model.catalog().relation(oid).orElseThrow()))) {}
    }

    /// Tables that triggers fill, by the text of their functions.
    static List<Long> writtenByTriggers(Model model) {
        var bodies = model.catalog().relationsIn(model.settings().schemas()).stream()
                .flatMap(table -> table.triggers().stream())
                .flatMap(trigger -> model.catalog().function(trigger.function()).stream())
                .flatMap(function -> function.body().stream())
                .collect(Collectors.joining("\n"));
        return model.catalog().relationsIn(model.settings().schemas()).stream()
                .filter(Relation::isTable)
                .filter(table -> Pattern.compile("(?i)\\b(insert\\s+into|update|delete\\s+from)\\s+[\\w\".]*\\b%s\\b"
                                .formatted(Pattern.quote(table.name())))
                        .matcher(bodies)
                        .find())
                .map(Relation::oid)
                .toList();
    }

    /// The tables under review that hold rows themselves, and the tables to which they refer.
    List<Relation> all() {
        return all;
    }

    /// The tables of which no tenant owns rows.
    Set<Long> shared() {
        return shared;
    }

    /// Whether a column is a key of rows that all tenants share.
    boolean isShared(Links.At at) {
        return links.anchor(at).isEmpty()
                && links.members(at).stream().anyMatch(member -> shared.contains(member.table()));
    }

    List<Relation> owned() {
        return all.stream().filter(table -> !shared.contains(table.oid())).toList();
    }

    /// The tables that claims are about.
    List<Relation> attacked() {
        return model.catalog().relationsIn(model.settings().schemas()).stream()
                .filter(Relation::isTable)
                .filter(tenancy::isTenantTable)
                .toList();
    }

    /// The views that show rows of tenants.
    List<Relation> views() {
        return model.catalog().relationsIn(model.settings().schemas()).stream()
                .filter(view -> view.viewTree().isPresent())
                .filter(view -> read(view.oid()).stream()
                        .flatMap(oid -> model.catalog().relation(oid).stream())
                        .anyMatch(table -> table.isTable() && isSomebodys(table)))
                .toList();
    }

    private boolean isSomebodys(Relation table) {
        return all.contains(table) ? !shared.contains(table.oid()) : tenancy.isSomebodys(table);
    }

    private List<Relation> withParents() {
        var found = new LinkedHashSet<Relation>();
        model.catalog().relationsIn(model.settings().schemas()).forEach(table -> add(table, found));
        return found.stream()
                .filter(table -> table.kind() == Relation.Kind.TABLE)
                .toList();
    }

    private void add(Relation table, Set<Relation> found) {
        if (table.isTable() && table.extension().isEmpty() && found.add(table)) {
            keys(table).forEach(parent -> add(parent, found));
            if (table.kind() == Relation.Kind.PARTITIONED_TABLE) {
                model.catalog().relations().values().stream()
                        .filter(part -> part.partition() && part.parents().contains(table.oid()))
                        .forEach(part -> add(part, found));
            }
        }
    }

    private Stream<Relation> keys(Relation table) {
        return table.constraints().stream()
                .filter(key -> key.kind() == Constraint.Kind.FOREIGN_KEY)
                .flatMap(key -> model.catalog().relation(key.foreignRelation()).stream());
    }

    private boolean isShared(Relation table) {
        if (model.settings().sharedTables().contains(table.oid())) {
            return true;
        }
        return !tenancy.isSomebodys(table)
                && !(table.partition() && parents(table).anyMatch(tenancy::isSomebodys))
                && table.columns().stream()
                        .noneMatch(column -> links.anchor(new Links.At(table.oid(), column.number()))
                                .isPresent());
    }

    private Stream<Relation> parents(Relation table) {
        return table.parents().stream().flatMap(oid -> model.catalog().relation(oid).stream());
    }

    private boolean refersToSomebodys(Relation table) {
        return !model.settings().sharedTables().contains(table.oid())
                && keys(table).anyMatch(parent -> parent.oid() != table.oid() && isSomebodys(parent));
    }

    /// The tables that a view reads, including those read through other views.
    private Set<Long> read(long oid) {
        var known = read.get(oid);
        if (known == null) {
            known = new HashSet<>();
            read.put(oid, known);
            var view = model.catalog().relation(oid);
            var tree = view.flatMap(Relation::viewTree);
            if (tree.isPresent()) {
                var queries = model.policies()
                        .guarded(
                                view.get().quoted(),
                                () -> ExprReader.readQueries(tree.get(), model.names()),
                                List.<Query>of());
                for (var query : queries) {
                    for (var table : tables(query)) {
                        known.addAll(read(table));
                    }
                }
            } else {
                known.add(oid);
            }
        }
        return known;
    }

    private static Set<Long> tables(Query query) {
        var found = new HashSet<Long>();
        query.tables().forEach(table -> found.add(table.oid()));
        query.queries().forEach(inner -> found.addAll(tables(inner)));
        query.expressions().flatMap(Walk::queries).forEach(inner -> found.addAll(tables(inner)));
        return found;
    }
}
