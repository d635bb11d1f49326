package hedgerow.rls.expr;

import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Whole node trees, whatever is in them, in texts that two databases have in common.
public final class StoredTree {

    /// From here on, oids are those of objects that users have made.
    private static final long FIRST_USER_OID = 16_384;

    private static final Set<String> POSITIONS =
            Set.of("location", "stmt_location", "stmt_len", "list_start", "list_end");

    /// Fields that are large numbers, and name nothing.
    private static final String MODIFIER = "typmod";

    /// Without positions in a source text, and with names in place of numbers that differ from database to database.
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

    /// How an expression was spelled, and what the columns of a table were called when it was stored.
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

    /// From here on, oids are those that `initdb` gave to what it found on the machine.
    private static final long FIRST_OF_MACHINE = 12_000;

    /// The same text for trees that mean the same on two databases, one of which was made from the other's
    /// definitions: besides positions it leaves out how an expression was spelled. The server reads its own
    /// `array[...]::text[]` back as an array of casts, so that both are written as the latter.
    ///
    /// Constants of types that users have made hold numbers that name nothing elsewhere, and are left out.
    ///
    /// @param names of objects that users have made, by oid
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

    /// `regproc`, `oid`, `regprocedure` to `regtype`, `regconfig`, `regdictionary`, `regnamespace`, `regrole`.
    private static final Set<Long> REFERENCES =
            Set.of(24L, 26L, 2202L, 2203L, 2204L, 2205L, 2206L, 3734L, 3769L, 4089L, 4096L);

    /// `(a or b) or c` is printed without the parentheses, and read back as one OR of three.
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

    /// All numbers in it that may stand for an object that users have made.
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
