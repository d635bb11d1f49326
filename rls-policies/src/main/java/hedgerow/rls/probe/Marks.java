package hedgerow.rls.probe;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.logic.Tenancy;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// The columns by which the owner of a row is known.
final class Marks {

    private final Links links;
    private final Ownership ownership;
    private final List<Relation> tables;
    private final Map<Long, List<Column>> columns = new HashMap<>();
    private final Set<Long> owned = new HashSet<>();

    Marks(Tenancy tenancy, Links links, Ownership ownership) {
        this.links = links;
        this.ownership = ownership;
        this.tables = ownership.owned();
        for (var table : tables) {
            var owner = tenancy.owner(table);
            owner.ifPresent(_ -> owned.add(table.oid()));
            columns.put(
                    table.oid(),
                    owner.isPresent()
                            ? table.column((long) owner.get().column()).stream().toList()
                            : table.columns().stream()
                                    .filter(column -> isDistinct(table, column))
                                    .toList());
        }
    }

    /// Whether the column identifies the owner of a row, for want of a better one.
    private boolean isDistinct(Relation object, Column column) {
        var at = new Links.At(object.oid(), column.number());
        return links.isLinked(at) && !ownership.isShared(at);
    }

    /// Whether the column of a table or view identifies the owner of a row.
    boolean isMark(Relation object, Column column) {
        return isOwned(object) ? of(object).contains(column) : isDistinct(object, column);
    }

    /// The tables whose rows belong to somebody.
    List<Relation> tables() {
        return tables;
    }

    List<Column> of(Relation table) {
        return columns.get(table.oid());
    }

    /// Whether one column of the table is known to hold the owner.
    boolean isOwned(Relation table) {
        return owned.contains(table.oid());
    }

    /// A query of every row of the tables: oid of the table, place of the row, and its marks.
    String query() {
        return tables.stream().map(this::query).collect(Collectors.joining(" union all "));
    }

    private String query(Relation table) {
        var marks = of(table).stream()
                .map(column -> ", %s::text".formatted(column.quoted()))
                .collect(Collectors.joining());
        return "select array['%d', ctid::text%s] from only %s".formatted(table.oid(), marks, table.quoted());
    }
}
