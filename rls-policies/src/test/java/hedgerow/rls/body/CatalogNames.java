package hedgerow.rls.body;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Operator;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Type;
import hedgerow.rls.expr.Names;
import java.util.Optional;

/// The names of a snapshot.
record CatalogNames(Catalog catalog) implements Names {

    @Override
    public Optional<Routine> routine(long oid) {
        return catalog.function(oid)
                .map(function -> new Routine(function.schema(), function.name(), 'v', function.strict()));
    }

    @Override
    public Optional<String> operator(long oid) {
        return catalog.operator(oid).map(Operator::name);
    }

    @Override
    public Optional<String> type(long oid) {
        return catalog.type(oid).map(Type::quoted);
    }

    @Override
    public Optional<String> relation(long oid) {
        return catalog.relation(oid).map(Relation::quoted);
    }

    @Override
    public Optional<String> column(long relation, int number) {
        return catalog.relation(relation)
                .flatMap(table -> table.column((long) number))
                .map(Column::name);
    }

    @Override
    public boolean deterministic(long collation) {
        return true;
    }
}
