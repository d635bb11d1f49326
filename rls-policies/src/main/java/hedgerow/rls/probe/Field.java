package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Policy.Command;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.SqlText;
import hedgerow.rls.logic.Tenancy;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything by which attacks choose their statements.
record Field(
        Model model,
        Tenancy tenancy,
        Links links,
        GroupValues groups,
        Hints hints,
        Truth truth,
        Seeds seeds,
        RowMaker maker,
        List<Relation> tables,
        List<Relation> views) {

    /// Tables and views that may show or accept rows of tenants.
    Stream<Relation> objects() {
        return Stream.concat(tables.stream(), views.stream());
    }

    List<Column> columns(Role role, Relation relation, Command command) {
        var columns = model.gates().columns(role.oid(), relation, command);
        return relation.columns().stream()
                .filter(column -> columns.contains(column.number()))
                .toList();
    }

    /// Whether the role may use the command, and somebody's rows could pass: without a permissive policy
    /// everybody is refused.
    boolean isOpen(Role role, Relation relation, Command command) {
        return model.gates().may(role.oid(), relation, command)
                && (!relation.isTable()
                        || model.gates().isExempt(role.oid(), relation)
                        || Gate.of(command).stream()
                                .noneMatch(gate -> model.gates()
                                        .asking(role.oid(), relation, gate)
                                        .permissive()
                                        .isEmpty()));
    }

    static String list(List<Column> columns) {
        return columns.stream().map(Column::quoted).collect(Collectors.joining(", "));
    }

    /// Whether the column identifies the owner of a row.
    boolean isMark(Relation table, Column column) {
        return truth.isMark(table, column);
    }

    /// The importance of a column: none, a key, a reference, the owner of the row.
    int weight(Relation object, Column column) {
        var at = new Links.At(object.oid(), column.number());
        if (links.isLinked(at)) {
            return isMark(object, column) ? 3 : 2;
        }
        return object.isTable() && maker.isKey(object, column.number()) ? 1 : 0;
    }

    /// The seeds of a table, including those of its partitions.
    Stream<Seed> seedsOf(Relation table, Party party) {
        return Stream.concat(
                seeds.rows(table, party).stream(),
                tables.stream()
                        .filter(other -> other.partition() && other.parents().contains(table.oid()))
                        .flatMap(other -> seeds.rows(other, party).stream()));
    }

    /// A value that the column may hold, from the other tenant's row. Columns of views take it from a
    /// column with the same name.
    String example(Relation object, Column column) {
        var own = seedsOf(object, Party.FOREIGN).findFirst().flatMap(row -> row.valueOf(column));
        return own.or(() -> tables.stream()
                        .filter(table -> table.column(column.name())
                                .filter(same -> same.type() == column.type())
                                .isPresent())
                        .flatMap(table -> seeds.rows(table, Party.FOREIGN).stream())
                        .flatMap(row -> row.valueOf(column).stream())
                        .findFirst())
                .or(() -> maker.sample(column))
                .map(SqlText::quote)
                .orElse("null");
    }

    /// An INSERT of a row of this party, as far as the role may give its columns.
    ///
    /// @param fresh the number from which its keys are made
    Optional<String> insertion(
            Role role, Relation object, Party party, int fresh, Map<Integer, Optional<String>> overrides)
            throws SQLException {
        var allowed = columns(role, object, Command.INSERT).stream()
                .filter(column -> !column.generated())
                .toList();
        var values = new LinkedHashMap<String, String>();
        if (object.isTable() && object.kind() == Relation.Kind.TABLE) {
            maker.values(RowMaker.Wanted.of(object, party, fresh, overrides)).forEach((column, fill) -> {
                if (allowed.contains(column) && !fill.computed()) {
                    values.put(column.quoted(), fill.sql());
                }
            });
        } else {
            var row = like(object, party);
            if (row.isEmpty()) {
                return Optional.empty();
            }
            allowed.forEach(column -> row.get()
                    .valueOf(column)
                    .ifPresent(value -> values.put(
                            column.quoted(),
                            maker.freshKey(row.get().table(), column.name(), party, fresh)
                                    .or(() -> overrides.getOrDefault(column.number(), Optional.of(value)))
                                    .map(SqlText::quote)
                                    .orElse("null"))));
        }
        return values.isEmpty()
                ? Optional.empty()
                : Optional.of("insert into %s (%s) values (%s)"
                        .formatted(
                                object.quoted(),
                                String.join(", ", values.keySet()),
                                String.join(", ", values.values())));
    }

    /// The seed that shares most columns with a view or a partitioned table.
    private Optional<Seed> like(Relation object, Party party) {
        return tables.stream()
                .flatMap(table -> seeds.first(table, party).stream())
                .max(java.util.Comparator.comparing(row -> object.columns().stream()
                        .filter(column -> row.table()
                                .column(column.name())
                                .filter(same -> same.type() == column.type())
                                .isPresent())
                        .count()));
    }

    /// The statements that make room for a row of this party where its keys leave no choice.
    List<String> room(Relation table, Party party) {
        var tight = table.indexes().stream()
                .filter(index -> index.unique())
                .anyMatch(index -> index.columns().stream()
                        .limit(index.keys())
                        .allMatch(number -> number != 0 && maker.isBound(table, number.intValue())));
        return !tight
                ? List.of()
                : seeds.rows(table, party).stream()
                        .map(row -> "delete from %s where ctid = '%s'"
                                .formatted(table.quoted(), row.place().ctid()))
                        .toList();
    }

    /// These shots, and again over one row of each tenant: a row of another kind may stop a
    /// statement for all.
    Stream<Shot> alsoWithoutVariants(Relation object, List<Shot> shots) {
        var variants = Stream.of(Party.OWN, Party.FOREIGN)
                .flatMap(party -> seeds.rows(object, party).stream())
                .filter(row -> row.variant() > 0)
                .map(row -> "delete from %s where ctid = '%s'"
                        .formatted(object.quoted(), row.place().ctid()))
                .toList();
        return variants.isEmpty()
                ? shots.stream()
                : Stream.concat(shots.stream(), shots.stream().map(shot -> shot.after(variants)));
    }

    /// The statements that remove the rows that refer to a table's, except those that policies look up.
    List<String> withoutChildren(Relation table) {
        var found = new LinkedHashSet<Relation>();
        children(table, found);
        return found.reversed().stream()
                .map(child -> "delete from " + child.quoted())
                .toList();
    }

    private void children(Relation table, Set<Relation> found) {
        tables.stream()
                .filter(child -> child.oid() != table.oid() && !hints.trusted().contains(child.oid()))
                .filter(child -> child.constraints().stream().anyMatch(key -> key.foreignRelation() == table.oid()))
                .filter(found::add)
                .forEach(child -> children(child, found));
    }

    /// Whether both tables distinguish tenants by the same input.
    boolean isOfOneAxis(Relation table, Relation parent) {
        var own = tenancy.owner(table);
        return tenancy.isTenantTable(parent)
                && tenancy.owner(parent)
                        .filter(owner -> own.isEmpty() || own.get().input().equals(owner.input()))
                        .isPresent();
    }
}
