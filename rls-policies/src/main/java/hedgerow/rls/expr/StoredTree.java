package hedgerow.rls.expr;

import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
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
