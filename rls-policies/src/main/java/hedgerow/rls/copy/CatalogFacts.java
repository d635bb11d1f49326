package hedgerow.rls.copy;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Operator;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.catalog.Schema;
import hedgerow.rls.catalog.Server;
import hedgerow.rls.catalog.Type;
import hedgerow.rls.expr.StoredTree;
import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A catalog as facts, one for each field: with names in place of oids, and trees without their spelling.
/// Two databases are equal if their facts are.
final class CatalogFacts {

    private static final long FIRST_USER_OID = 16_384;
    private static final long BOOTSTRAP = 10;
    private static final String SYSTEM_OWNER = "(the system)";

    /// Fields that are momentary, or the number of the object itself; for a policy, its tree is compared
    /// instead of its text.
    private static final Set<String> LEFT_OUT = Set.of("oid", "estimatedRows", "usingSql", "checkSql", "gaps");

    /// Fields with numbers of columns, which are not oids.
    private static final Set<String> COLUMNS = Set.of("columns", "foreignColumns");

    /// The parts of a label that identify one object.
    private static final Set<String> LABEL =
            Set.of("quoted", "name", "role", "member", "schema", "database", "leftType", "rightType");

    private final Catalog catalog;
    private final Optional<String> ownSuperuser;
    private final Map<Long, String> names = new HashMap<>();
    private final SortedMap<Thing, SortedSet<String>> facts = new TreeMap<>();

    /// An object.
    ///
    /// @param kind component of [Catalog]: `relations`, `functions`, `roles`
    record Thing(String kind, String name) implements Comparable<Thing> {

        @Override
        public int compareTo(Thing other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return kind + " " + name;
        }
    }

    private CatalogFacts(Catalog catalog, Optional<String> ownSuperuser) {
        this.catalog = catalog;
        this.ownSuperuser = ownSuperuser;
        catalog.roles().forEach((oid, it) -> names.put(oid, it.quoted()));
        catalog.schemas().forEach((oid, it) -> names.put(oid, it.quoted()));
        catalog.types().forEach((oid, it) -> names.put(oid, it.schema() + "." + it.name()));
        catalog.functions().forEach((oid, it) -> names.put(oid, it.quoted()));
        catalog.operators().forEach((oid, it) -> names.put(oid, it.schema() + "." + it.name() + operands(it)));
        catalog.relations().forEach((oid, it) -> names.put(oid, it.quoted()));
    }

    private String operands(Operator operator) {
        return "(%s,%s)".formatted(name(operator.leftType()), name(operator.rightType()));
    }

    /// The facts of a catalog.
    ///
    /// @param ownSuperuser a role of the scratch server itself, which is left out
    static SortedMap<Thing, SortedSet<String>> of(Catalog catalog, Optional<String> ownSuperuser) {
        return new CatalogFacts(catalog, ownSuperuser).all();
    }

    private SortedMap<Thing, SortedSet<String>> all() {
        Stream.of(Catalog.class.getRecordComponents())
                .filter(part -> !LEFT_OUT.contains(part.getName()))
                .forEach(part -> {
                    switch (value(part, catalog)) {
                        case Server server -> add("server", database(server));
                        case Map<?, ?> map -> map.values().forEach(item -> add(part.getName(), item));
                        case Collection<?> list -> list.forEach(item -> add(part.getName(), item));
                        case Object other -> throw new IllegalStateException("not compared: " + other);
                    }
                });
        return facts;
    }

    private String database(Server server) {
        return "%s of %s, granted %s".formatted(server.database(), name(server.owner()), text(server.grants(), ""));
    }

    private void add(String kind, Object item) {
        if (item instanceof Role role
                && ownSuperuser.filter(role.name()::equals).isPresent()) {
            return;
        }
        if (!(item instanceof Record)) {
            add(kind, "", "", item);
            return;
        }
        var label = label(item);
        if (isSystem(item)) {
            var owner = names.put(BOOTSTRAP, SYSTEM_OWNER);
            add(kind, label, "grants", grants(item));
            names.put(BOOTSTRAP, owner);
            return;
        }
        for (var part : item.getClass().getRecordComponents()) {
            if (!LEFT_OUT.contains(part.getName())) {
                var value = value(part, item);
                if (value instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof Record) {
                    list.forEach(one -> add(kind, label, part.getName(), one));
                } else {
                    add(kind, label, part.getName(), value);
                }
            }
        }
    }

    private void add(String kind, String label, String field, Object value) {
        facts.computeIfAbsent(new Thing(kind, label), _ -> new TreeSet<>()).add(field + ": " + text(value, field));
    }

    /// Whether it is a system object, of which only the grants can change.
    private static boolean isSystem(Object item) {
        return switch (item) {
            case Function function -> function.oid() < FIRST_USER_OID;
            case Relation relation -> relation.oid() < FIRST_USER_OID;
            case Operator operator -> operator.oid() < FIRST_USER_OID;
            case Type type -> type.oid() < FIRST_USER_OID;
            case Schema schema -> schema.isSystem();
            case Catalog.Language language -> language.oid() < FIRST_USER_OID;
            case Catalog.Extension extension -> extension.oid() < FIRST_USER_OID;
            default -> false;
        };
    }

    private static List<?> grants(Object item) {
        return switch (item) {
            case Function function -> function.grants();
            case Relation relation -> relation.grants();
            case Schema schema -> schema.grants();
            case Catalog.Language language -> language.grants();
            default -> List.of();
        };
    }

    private String label(Object item) {
        var parts = Stream.of(item.getClass().getRecordComponents())
                .filter(part -> LABEL.contains(part.getName()))
                .toList();
        var quoted =
                parts.stream().filter(part -> part.getName().equals("quoted")).findFirst();
        return quoted.map(part -> text(value(part, item), "quoted"))
                .orElseGet(() -> parts.stream()
                        .map(part -> text(value(part, item), part.getName()))
                        .collect(Collectors.joining(" ")));
    }

    private String text(Object value, String field) {
        return switch (value) {
            case Record record ->
                Stream.of(record.getClass().getRecordComponents())
                        .filter(part -> !LEFT_OUT.contains(part.getName()))
                        .map(part -> part.getName() + "=" + text(value(part, record), part.getName()))
                        .collect(Collectors.joining(", ", "[", "]"));
            case Optional<?> optional -> optional.map(one -> text(one, field)).orElse("-");
            case Set<?> set ->
                set.stream().map(one -> text(one, field)).sorted().toList().toString();
            case List<?> list -> list(list, field).toString();
            case Long number when field.equals("database") -> number == 0 ? "any" : "this";
            case Long number when COLUMNS.contains(field) -> number.toString();
            case Long number -> name(number);
            case String text when field.endsWith("Tree") -> StoredTree.canonical(text, this::name);
            default -> value.toString();
        };
    }

    /// The items of a list as text. Records are in the order of their oids, settings in the order of their
    /// creation; in all other lists the order is significant.
    private List<String> list(List<?> list, String field) {
        var texts = list.stream().map(one -> text(one, field));
        return (field.equals("settings") || !list.isEmpty() && list.getFirst() instanceof Record
                        ? texts.sorted()
                        : texts)
                .toList();
    }

    /// The name of an oid. A number that names nothing belongs to a row type, or to a collation of the
    /// machine.
    private String name(long oid) {
        return names.getOrDefault(oid, oid < FIRST_USER_OID / 2 ? Long.toString(oid) : "?");
    }

    private static Object value(RecordComponent part, Object item) {
        try {
            return part.getAccessor().invoke(item);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
