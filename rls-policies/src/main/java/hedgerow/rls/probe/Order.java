package hedgerow.rls.probe;

import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Relation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The order in which rows of tables can be made: referenced tables first, and tables that refer to one
/// another together.
///
/// It consists of Tarjan's strongly connected components, which come in exactly that order.
final class Order {

    private final Map<Long, Relation> tables = new LinkedHashMap<>();
    private final Map<Long, Integer> index = new HashMap<>();
    private final Map<Long, Integer> low = new HashMap<>();
    private final Deque<Long> path = new ArrayDeque<>();
    private final List<List<Relation>> groups = new ArrayList<>();

    Order(Collection<Relation> all) {
        all.forEach(table -> tables.put(table.oid(), table));
    }

    List<List<Relation>> groups() {
        tables.keySet().forEach(oid -> {
            if (!index.containsKey(oid)) {
                visit(oid);
            }
        });
        return groups;
    }

    private void visit(long oid) {
        index.put(oid, index.size());
        low.put(oid, index.get(oid));
        path.push(oid);
        tables.get(oid).constraints().stream()
                .filter(key -> key.kind() == Constraint.Kind.FOREIGN_KEY)
                .flatMap(key -> targets(key.foreignRelation()))
                .filter(to -> to != oid)
                .forEach(to -> follow(oid, to));
        if (low.get(oid).equals(index.get(oid))) {
            var group = new ArrayList<Relation>();
            long member;
            do {
                member = path.pop();
                group.add(tables.get(member));
            } while (member != oid);
            groups.add(group);
        }
    }

    private void follow(long from, long to) {
        if (!index.containsKey(to)) {
            visit(to);
            low.merge(from, low.get(to), Math::min);
        } else if (path.contains(to)) {
            low.merge(from, index.get(to), Math::min);
        }
    }

    /// The targets of references. The rows of a partitioned table are in its partitions.
    private Stream<Long> targets(long table) {
        return tables.containsKey(table)
                ? Stream.of(table)
                : tables.values().stream()
                        .filter(known -> known.partition() && known.parents().contains(table))
                        .map(Relation::oid);
    }
}
