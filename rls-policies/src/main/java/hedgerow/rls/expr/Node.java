package hedgerow.rls.expr;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// PostgreSQL's `pg_node_tree` text as a tree of named fields, for any version: this class knows no field's
/// meaning.
///
/// @see <a href="https://github.com/postgres/postgres/blob/REL_18_STABLE/src/backend/nodes/outfuncs.c">outfuncs.c</a>
sealed interface Node {

    Node NULL = new Atom("");

    /// A node, `{TAG :field value ...}`. A field that this version does not have reads as [#NULL].
    record Struct(String tag, Map<String, Node> fields) implements Node {

        Node get(String field) {
            return fields.getOrDefault(field, NULL);
        }

        Struct with(String field, Node value) {
            var changed = new LinkedHashMap<>(fields);
            changed.put(field, value);
            return new Struct(tag, changed);
        }

        String text(String field) {
            return get(field) instanceof Atom(var text) ? text : "";
        }

        long number(String field) {
            return get(field).number();
        }

        boolean flag(String field) {
            return text(field).equals("true");
        }

        Optional<Struct> struct(String field) {
            return get(field) instanceof Struct struct ? Optional.of(struct) : Optional.empty();
        }

        List<Node> list(String field) {
            return get(field).elements();
        }
    }

    record Items(List<Node> items) implements Node {}

    /// A word, a number, or a string without its quotes; empty for `<>`.
    record Atom(String text) implements Node {}

    /// The bytes of a constant.
    record Datum(byte[] bytes) implements Node {}

    default long number() {
        return this instanceof Atom(var text) && text.matches("-?\\d{1,18}") ? Long.parseLong(text) : 0;
    }

    default List<Node> elements() {
        return this instanceof Items(var items) ? items : List.of();
    }

    default Stream<Struct> structs() {
        return switch (this) {
            case Struct struct -> Stream.of(struct);
            case Items(var items) -> items.stream().flatMap(Node::structs);
            case Atom _, Datum _ -> Stream.empty();
        };
    }
}
