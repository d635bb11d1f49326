package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Operator;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.Type;
import hedgerow.rls.expr.Renumbering;
import hedgerow.rls.expr.StoredTree;
import hedgerow.rls.logic.CatalogNames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Two databases as one catalog: the earlier one, with the additional objects of the later one. Objects are
/// the same if their names are; a function must also have the same definition.
final class Twin implements Renumbering.Numbers {

    /// The first oid of user-defined objects, which differ in each database.
    private static final long FIRST_USER_OID = 16_384;

    /// An offset beyond every oid, which has 32 bits.
    private static final long ELSEWHERE = 1L << 33;

    /// An offset beyond every number of a column.
    private static final int LATER = 10_000;

    private final Catalog before;
    private final Catalog after;
    private final Catalog both;
    private final Map<String, Long> relations;
    private final Map<String, Function> functions;
    private final Map<String, Long> types;
    private final Map<String, Long> operators;
    private final Map<String, Long> roles;

    Twin(Catalog before, Catalog after) {
        this.before = before;
        this.after = after;
        this.relations = byName(before.relations(), Relation::quoted, Relation::oid);
        this.functions = byName(before.functions(), Function::quoted, function -> function);
        this.types = byName(before.types(), Type::quoted, Type::oid);
        this.operators = byName(before.operators(), operator -> key(before, operator), Operator::oid);
        this.roles = byName(before.roles(), Role::name, Role::oid);
        this.both = together();
    }

    private static <T, N> Map<String, N> byName(
            Map<Long, T> objects,
            java.util.function.Function<T, String> name,
            java.util.function.Function<T, N> number) {
        return objects.values().stream().collect(Collectors.toMap(name, number, (first, _) -> first));
    }

    Catalog both() {
        return both;
    }

    private static String key(Catalog catalog, Operator operator) {
        return "%s.%s %s %s"
                .formatted(
                        operator.schema(),
                        operator.name(),
                        type(catalog, operator.leftType()),
                        type(catalog, operator.rightType()));
    }

    private static String type(Catalog catalog, long oid) {
        return catalog.type(oid).map(Type::quoted).orElse("");
    }

    private Catalog together() {
        var tables = new HashMap<Long, Relation>(before.relations());
        var mine = new HashMap<Long, Function>(before.functions());
        after.relations().values().stream()
                .filter(relation -> relation.oid() >= FIRST_USER_OID && relations.containsKey(relation.quoted()))
                .forEach(relation -> tables.computeIfPresent(
                        relations.get(relation.quoted()), (_, known) -> withColumns(known, relation)));
        after.functions().values().stream()
                .filter(function -> function(function.oid()) >= ELSEWHERE)
                .forEach(function -> mine.put(function(function.oid()), owned(function)));
        return new Catalog(
                before.server(),
                before.roles(),
                before.memberships(),
                before.schemas(),
                tables,
                mine,
                before.operators(),
                before.types(),
                before.nondeterministicCollations(),
                before.implicitFunctions(),
                before.defaultPrivileges(),
                before.storedSettings(),
                before.largeObjects(),
                before.publications(),
                before.subscriptions(),
                before.extensions(),
                before.languages(),
                before.foreignServers(),
                before.parameterGrants(),
                before.gaps());
    }

    /// The table with the columns of the later table that the earlier one lacks, or has with another type.
    private Relation withColumns(Relation known, Relation later) {
        var columns = new ArrayList<Column>(known.columns());
        later.columns().stream()
                .filter(column -> same(known, column).isEmpty())
                .map(this::renumbered)
                .forEach(columns::add);
        return new Relation(
                known.oid(),
                known.schema(),
                known.name(),
                known.quoted(),
                known.kind(),
                known.owner(),
                known.rowSecurity(),
                known.forced(),
                known.partition(),
                known.estimatedRows(),
                known.options(),
                known.parents(),
                known.partitionKey(),
                known.partitionBound(),
                known.owningRelation(),
                known.owningColumn(),
                known.extension(),
                List.copyOf(columns),
                known.policies(),
                known.triggers(),
                known.rules(),
                known.constraints(),
                known.indexes(),
                known.grants());
    }

    private Column renumbered(Column column) {
        return new Column(
                column.number() + LATER,
                column.name(),
                column.quoted(),
                type(column.type()),
                column.typeName(),
                column.collation(),
                column.notNull(),
                column.generated(),
                column.identity(),
                Optional.empty(),
                List.of());
    }

    /// The function, owned by the same role in this database.
    private Function owned(Function function) {
        var owner = after.role(function.owner())
                .flatMap(role -> Optional.ofNullable(roles.get(role.name())))
                .orElse(ELSEWHERE);
        return new Function(
                function(function.oid()),
                function.schema(),
                function.name(),
                function.quoted(),
                function.kind(),
                owner,
                function.language(),
                function.securityDefiner(),
                function.volatility(),
                function.parallel(),
                function.leakproof(),
                function.strict(),
                function.returnsSet(),
                type(function.returnType()),
                function.argumentTypes(),
                function.allArgumentTypes(),
                function.argumentModes(),
                function.argumentNames(),
                function.settings(),
                Optional.empty(),
                Optional.empty(),
                function.extension(),
                List.of());
    }

    private static Optional<Column> same(Relation known, Column column) {
        return known.column(column.name()).filter(other -> other.typeName().equals(column.typeName()));
    }

    // --- numbers -------------------------------------------------------------------------------------------------

    @Override
    public long relation(long oid) {
        return oid < FIRST_USER_OID
                ? oid
                : after.relation(oid)
                        .flatMap(relation -> Optional.ofNullable(relations.get(relation.quoted())))
                        .orElse(ELSEWHERE + oid);
    }

    @Override
    public int column(long relation, int number) {
        var known = before.relation(relation(relation));
        var column = after.relation(relation).flatMap(later -> later.column((long) number));
        if (known.isEmpty() || column.isEmpty()) {
            return number;
        }
        return same(known.get(), column.get()).map(Column::number).orElse(number + LATER);
    }

    @Override
    public long function(long oid) {
        if (oid < FIRST_USER_OID) {
            return oid;
        }
        return after.function(oid)
                .flatMap(function -> Optional.ofNullable(functions.get(function.quoted()))
                        .filter(known -> definition(before, known).equals(definition(after, function))))
                .map(Function::oid)
                .orElse(ELSEWHERE + oid);
    }

    private static List<Object> definition(Catalog catalog, Function function) {
        return List.of(
                function.body(),
                function.bodyTree().map(tree -> StoredTree.text(tree, new CatalogNames(catalog))),
                function.language(),
                function.securityDefiner(),
                function.volatility(),
                function.strict(),
                function.settings(),
                catalog.role(function.owner()).map(Role::name).filter(_ -> function.securityDefiner()));
    }

    @Override
    public long operator(long oid) {
        return oid < FIRST_USER_OID
                ? oid
                : after.operator(oid)
                        .flatMap(operator -> Optional.ofNullable(operators.get(key(after, operator))))
                        .orElse(ELSEWHERE + oid);
    }

    @Override
    public long type(long oid) {
        return oid < FIRST_USER_OID
                ? oid
                : after.type(oid)
                        .flatMap(type -> Optional.ofNullable(types.get(type.quoted())))
                        .orElse(ELSEWHERE + oid);
    }
}
