package hedgerow.rls.prove;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Relation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Values with which a row belongs in a partition.
final class Partitions {

    private static final Pattern LIST = Pattern.compile("(?s)FOR VALUES IN \\((.*)\\)");
    private static final Pattern RANGE = Pattern.compile("(?s)FOR VALUES FROM \\((.*)\\) TO \\(.*\\)");
    private static final Pattern LITERAL = Pattern.compile("'(?:[^']++|'')*+'|[^,\\s]+");

    private Partitions() {}

    /// Literals by column, quoted: those of the table's own bounds and of the first partition below it. Hash
    /// partitions and MINVALUE name no value.
    static Map<String, String> values(Catalog catalog, Relation table) {
        var values = new LinkedHashMap<String, String>();
        for (var at = Optional.of(table); at.isPresent(); at = below(catalog, at.get(), values)) {}
        for (var at = Optional.of(table); at.isPresent(); at = above(catalog, at.get(), values)) {}
        return values;
    }

    private static Optional<Relation> below(Catalog catalog, Relation table, Map<String, String> values) {
        var first = table.partitionKey().isEmpty()
                ? Optional.<Relation>empty()
                : catalog.relations().values().stream()
                        .filter(child -> child.partition() && child.parents().contains(table.oid()))
                        .filter(child -> !bound(table, child).isEmpty())
                        .min(Comparator.comparing(Relation::oid));
        first.ifPresent(child -> values.putAll(bound(table, child)));
        return first;
    }

    private static Optional<Relation> above(Catalog catalog, Relation table, Map<String, String> values) {
        var parent = table.partition() ? catalog.relation(table.parents().getFirst()) : Optional.<Relation>empty();
        parent.ifPresent(known -> bound(known, table).forEach(values::putIfAbsent));
        return parent;
    }

    private static Map<String, String> bound(Relation parent, Relation child) {
        var text = child.partitionBound().orElse("");
        var range = RANGE.matcher(text);
        var list = LIST.matcher(text);
        var literals = range.matches()
                ? literals(range.group(1))
                : list.matches() ? literals(list.group(1)).subList(0, 1) : List.<String>of();
        var values = new LinkedHashMap<String, String>();
        for (var i = 0; i < Math.min(literals.size(), parent.partitionKey().size()); i++) {
            if (!literals.get(i).equals("MINVALUE")) {
                values.put(parent.partitionKey().get(i), literals.get(i));
            }
        }
        return values;
    }

    private static List<String> literals(String bounds) {
        var literals = new ArrayList<String>();
        var literal = LITERAL.matcher(bounds);
        while (literal.find()) {
            literals.add(literal.group());
        }
        return literals;
    }
}
