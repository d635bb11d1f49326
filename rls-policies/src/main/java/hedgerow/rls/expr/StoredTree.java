package hedgerow.rls.expr;

import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Whole node trees, whatever they contain, as texts that are comparable between two databases.
public final class StoredTree {

    /// The first oid of user-defined objects.
    private static final long FIRST_USER_OID = 16_384;

    private static final Set<String> POSITIONS =
            Set.of("location", "stmt_location", "stmt_len", "list_start", "list_end");

    /// A field that is a large number but names no object.
    private static final String MODIFIER = "typmod";

    /// The tree without positions in a source text, and with names in place of numbers that differ between
    /// databases.
    public static String text(String tree, Names names) {
        return NodeParser.parse(tree).map(node -> text(node, names)).orElse(tree);
    }

    private static String text(Node node, Names names) {
        return switch (node) {
            case Node.Atom(var atom) -> atom;
            case Node.Datum(var bytes) -> HexFormat.of().formatHex(bytes);
            case Node.Items(var items) ->
                items.stream().map(item -> named(item, names)).collect(Collectors.joining(" ", "(", ")"));
            case Node.Struct(var tag, var fields) ->
                fields.entrySet().stream()
                        .filter(field -> !POSITIONS.contains(field.getKey()))
                        .map(field -> field.getKey() + " "
                                + (field.getKey().endsWith(MODIFIER)
                                        ? text(field.getValue(), names)
                                        : named(field.getValue(), names)))
                        .collect(Collectors.joining(" ", "{" + tag + " ", "}"));
        };
    }

    private static String named(Node node, Names names) {
        return node.number() < FIRST_USER_OID ? text(node, names) : name(node.number(), names);
    }

    private static String name(long oid, Names names) {
        var known = Stream.of(
                        names.routine(oid).map(routine -> routine.schema() + "." + routine.name()),
                        names.relation(oid),
                        names.type(oid),
                        names.operator(oid))
                .flatMap(Optional::stream)
                .toList();
        return known.isEmpty() ? Long.toString(oid) : String.join("|", known);
    }

    /// Fields that hold the spelling of an expression, and the names that a table's columns had when it was
    /// stored.
    private static final Set<String> SPELLING = Set.of(
            "funcformat",
            "relabelformat",
            "coerceformat",
            "convertformat",
            "row_format",
            "alias",
            "eref",
            "varnosyn",
            "varattnosyn",
            "queryId",
            "rellockmode");

    /// The first oid of those that `initdb` gave to objects that it found on the machine.
    private static final long FIRST_OF_MACHINE = 12_000;

    /// A text that is equal for trees with the same meaning in two databases, one of which was made from the
    /// other's definitions: besides positions it omits the spelling of an expression. The server reads its
    /// own `array[...]::text[]` back as an array of casts, so both are written as the latter.
    ///
    /// Constants of user-defined types hold numbers that name nothing elsewhere, and are omitted.
    ///
    /// @param names of user-defined objects, by oid
    public static String canonical(String tree, LongFunction<String> names) {
        return NodeParser.parse(tree).map(node -> canonical(node, "", names)).orElse(tree);
    }

    private static String canonical(Node node, String field, LongFunction<String> names) {
        return switch (node) {
            case Node.Atom(var atom) ->
                field.endsWith(MODIFIER) || node.number() < FIRST_OF_MACHINE ? atom : names.apply(node.number());
            case Node.Datum(var bytes) -> HexFormat.of().formatHex(bytes);
            case Node.Items(var items) ->
                items.stream().map(item -> canonical(item, field, names)).collect(Collectors.joining(" ", "(", ")"));
            case Node.Struct struct -> canonical(flat(withCastElements(struct)), names);
        };
    }

    private static String canonical(Node.Struct struct, LongFunction<String> names) {
        var opaque = struct.tag().equals("CONST")
                && (struct.number("consttype") >= FIRST_USER_OID || REFERENCES.contains(struct.number("consttype")));
        return struct.fields().entrySet().stream()
                .filter(field -> !POSITIONS.contains(field.getKey()) && !SPELLING.contains(field.getKey()))
                .filter(field -> !opaque || !field.getKey().equals("constvalue"))
                .map(field -> field.getKey() + " " + canonical(field.getValue(), field.getKey(), names))
                .collect(Collectors.joining(" ", "{" + struct.tag() + " ", "}"));
    }

    /// The types `regproc`, `oid`, `regprocedure` to `regtype`, `regconfig`, `regdictionary`,
    /// `regnamespace`, `regrole`.
    private static final Set<Long> REFERENCES =
            Set.of(24L, 26L, 2202L, 2203L, 2204L, 2205L, 2206L, 3734L, 3769L, 4089L, 4096L);

    /// Flattens nested ORs: `(a or b) or c` is printed without the parentheses, and read back as one OR of
    /// three.
    private static Node.Struct flat(Node.Struct struct) {
        if (!struct.tag().equals("BOOLEXPR") || struct.text("boolop").equals("not")) {
            return struct;
        }
        var arguments = struct.list("args").stream()
                .flatMap(argument -> argument instanceof Node.Struct inner
                                && inner.tag().equals("BOOLEXPR")
                                && inner.text("boolop").equals(struct.text("boolop"))
                        ? flat(inner).list("args").stream()
                        : Stream.of(argument))
                .toList();
        return struct.with("args", new Node.Items(arguments));
    }

    private static Node.Struct withCastElements(Node.Struct struct) {
        var array = struct.struct("arg").filter(arg -> arg.tag().startsWith("ARRAY"));
        var cast = struct.struct("elemexpr").filter(element -> element.tag().equals("RELABELTYPE"));
        if (!struct.tag().equals("ARRAYCOERCEEXPR") || array.isEmpty() || cast.isEmpty()) {
            return struct;
        }
        var elements = array.get().list("elements").stream()
                .map(element -> (Node) cast.get().with("arg", element))
                .toList();
        return array.get()
                .with("elements", new Node.Items(elements))
                .with("array_typeid", struct.get("resulttype"))
                .with("array_collid", struct.get("resultcollid"))
                .with("element_typeid", cast.get().get("resulttype"));
    }

    /// All numbers in it that may identify a user-defined object.
    public static Set<Long> numbers(String tree) {
        return NodeParser.parse(tree)
                .map(StoredTree::numbers)
                .orElse(LongStream.empty())
                .boxed()
                .collect(Collectors.toSet());
    }

    private static LongStream numbers(Node node) {
        return switch (node) {
            case Node.Atom atom -> LongStream.of(atom.number()).filter(number -> number >= FIRST_USER_OID);
            case Node.Datum _ -> LongStream.empty();
            case Node.Items(var items) -> items.stream().flatMapToLong(StoredTree::numbers);
            case Node.Struct(var _, var fields) -> fields.values().stream().flatMapToLong(StoredTree::numbers);
        };
    }

    private StoredTree() {}
}
