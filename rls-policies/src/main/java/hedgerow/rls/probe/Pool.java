package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.SqlText;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// Values that random statements compare columns with, and set them to: those that rows hold, that policies
/// and constraints mention, and some of the type.
final class Pool {

    private static final int MOST = 40;
    private static final List<String> TEXTS = List.of("", "A0", "~~~~~~~~~~~~~~~~~~~~~~~~");
    private static final List<String> WHOLES = List.of("-1", "0", "1", "2", "1000000");
    private static final List<Integer> NUMBERS = List.of(0, 1, 2, 6, 11, 101, 977);

    /// The values of a type.
    ///
    /// @param named that something of the schema mentions
    private record Values(List<String> named, List<String> usual) {}

    private final Field field;
    private final Facts facts;
    private final Random random;
    private final Map<Links.At, Values> known = new HashMap<>();

    Pool(Field field, Facts facts, Random random) {
        this.field = field;
        this.facts = facts;
        this.random = random;
    }

    /// A value of the column, as an SQL expression of its type; empty if none is known.
    Optional<String> literal(Relation object, Column column) {
        var values = of(object, column);
        var from =
                values.named.isEmpty() || !values.usual.isEmpty() && random.nextBoolean() ? values.usual : values.named;
        return from.isEmpty()
                ? Optional.empty()
                : Optional.of("cast(%s as %s)"
                        .formatted(SqlText.quote(from.get(random.nextInt(from.size()))), column.typeName()));
    }

    private Values of(Relation object, Column column) {
        return known.computeIfAbsent(new Links.At(object.oid(), column.number()), _ -> found(object, column));
    }

    private Values found(Relation object, Column column) {
        var named = new LinkedHashSet<String>();
        var usual = new LinkedHashSet<String>();
        var tables = object.isTable() ? Stream.of(object) : field.tables().stream();
        for (var table : tables.toList()) {
            var same = table.column(column.name()).filter(own -> own.type() == column.type());
            same.ifPresent(own -> {
                fitting(table, own, named(table, own)).forEach(named::add);
                fitting(table, own, usual(table, own)).forEach(usual::add);
            });
        }
        return new Values(
                named.stream().limit(MOST).toList(), usual.stream().limit(MOST).toList());
    }

    private Stream<String> fitting(Relation table, Column column, Set<String> values) {
        return values.stream().filter(value -> field.maker().satisfies(table, column, value));
    }

    private Set<String> named(Relation table, Column column) {
        var at = new Links.At(table.oid(), column.number());
        var found = new LinkedHashSet<String>();
        field.hints().alternatives(at).stream().flatMap(Optional::stream).forEach(found::add);
        if (!field.links().isLinked(at)) {
            conditions(table, column).forEach(sql -> found.addAll(field.maker().suggested(sql, column)));
        }
        return found;
    }

    private Set<String> usual(Relation table, Column column) {
        var found = new LinkedHashSet<String>();
        Stream.of(Party.OWN, Party.FOREIGN)
                .flatMap(party -> field.seedsOf(table, party))
                .flatMap(row -> row.valueOf(column).stream())
                .forEach(found::add);
        if (!field.links().isLinked(new Links.At(table.oid(), column.number()))) {
            found.addAll(extremes(column));
            NUMBERS.forEach(n -> field.maker().sample(column, n).ifPresent(found::add));
        }
        return found;
    }

    /// The conditions on the column in policies, constraints, views and functions, as text.
    private Stream<String> conditions(Relation table, Column column) {
        var policies = table.policies().stream()
                .flatMap(policy -> Stream.of(policy.usingSql(), policy.checkSql()))
                .flatMap(Optional::stream);
        var checks = facts.checks(table.oid()).stream().map(Facts.Check::sql);
        var bodies = field.model().catalog().functions().values().stream()
                .filter(function -> field.model().settings().schemas().contains(function.schema()))
                .flatMap(function -> function.body().stream())
                .filter(body -> body.contains(table.name()));
        var views = facts.views().stream().filter(view -> view.contains(table.name()));
        return Stream.of(policies, checks, views, bodies)
                .flatMap(each -> each)
                .filter(sql -> sql.contains(column.name()));
    }

    private List<String> extremes(Column column) {
        return isText(column) ? TEXTS : isWhole(column) ? WHOLES : List.of();
    }

    /// Whether the column's type has an order.
    boolean isOrdered(Column column) {
        return field.maker().isOrdered(column.type());
    }

    boolean isWhole(Column column) {
        return field.maker().isWhole(column.type());
    }

    boolean isText(Column column) {
        return field.maker().isText(column.type());
    }

    /// Columns that the role may read or write.
    List<Column> columns(Role role, Relation object, Policy.Command command) {
        return field.columns(role, object, command);
    }
}
