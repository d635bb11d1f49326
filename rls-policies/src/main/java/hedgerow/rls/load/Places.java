package hedgerow.rls.load;

import hedgerow.rls.review.Location;
import hedgerow.sql.ScriptPiece.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The places in files where objects are created, by their names in findings.
class Places {

    private static final Set<String> RELATIONS = Set.of("table", "view", "sequence");
    private static final Set<String> ROUTINES = Set.of("function", "procedure", "aggregate");
    private static final Set<String> ON_TABLE = Set.of("policy", "trigger", "rule", "index");
    private static final Set<String> OTHERS = Set.of("role", "user", "schema", "publication", "extension", "server");
    private static final Set<String> ADJECTIVES = Set.of(
            "or",
            "replace",
            "temp",
            "temporary",
            "unlogged",
            "materialized",
            "recursive",
            "foreign",
            "unique",
            "constraint",
            "global",
            "local",
            "event");
    private static final Set<String> IF_NOT_EXISTS = Set.of("if", "not", "exists", "concurrently", "only");

    private static final Set<String> ALTERED = Set.of("if", "exists", "only");

    private final Map<String, Location> places = new HashMap<>();

    /// Notes the objects that a statement creates.
    ///
    /// @param schema the schema of unqualified names
    void note(String file, Statement statement, String schema) {
        var words = statement.tokens();
        var kindAt = skip(words, 1, ADJECTIVES);
        var kind = kindAt < words.size() ? words.get(kindAt).toLowerCase(Locale.ROOT) : "";
        var nameAt = skip(words, kindAt + 1, IF_NOT_EXISTS);
        if (nameAt >= words.size()) {
            return;
        }
        var place = new Location(file, statement.line());
        if (statement.begins("alter", "table")) {
            added(file, statement, schema);
        } else if (statement.begins("create") && RELATIONS.contains(kind)) {
            put(path(words, nameAt, schema), place);
            TableElements.of(statement)
                    .ifPresent(elements -> parts(file, statement, path(words, nameAt, schema), elements));
        } else if (statement.begins("create") && ROUTINES.contains(kind)) {
            put("function " + path(words, nameAt, schema), place);
        } else if (statement.begins("create") && ON_TABLE.contains(kind)) {
            onTable(kind, words, nameAt, schema, place);
        } else if (statement.begins("create") && OTHERS.contains(kind)) {
            put((kind.equals("user") ? "role" : kind) + " " + Tokens.name(words.get(nameAt)), place);
        }
    }

    /// The place of an object, otherwise of the table that it is part of.
    Optional<Location> find(String object) {
        var name = object.replace("\"", "");
        var candidates = new ArrayList<>(List.of(name, "function " + name, name.replaceFirst("\\(.*", "")));
        candidates.add("function " + name.replaceFirst("\\(.*", ""));
        candidates.add(name.replaceFirst("^(\\S+) (constraint|index) .*", "$1"));
        candidates.add(name.replaceFirst("^(procedure|aggregate) ([^(]*).*", "function $2"));
        candidates.add(name.replaceFirst("^[a-z ]+ ([^ (]+\\.[^ (]+).*", "$1"));
        for (var joint : List.of(" on ", " of ", " to ")) {
            var at = name.lastIndexOf(joint);
            if (at >= 0) {
                candidates.add(name.substring(at + joint.length()));
                candidates.add(name.substring(0, at));
            }
        }
        return candidates.stream().filter(places::containsKey).findFirst().map(places::get);
    }

    /// Notes columns and constraints, which have lines of their own.
    private void parts(String file, Statement statement, String table, TableElements elements) {
        var lines = statement.lines();
        for (var element : elements.all()) {
            if (elements.isColumn(element)) {
                var place = new Location(file, lines.get(element.from()));
                put("column %s of %s".formatted(elements.name(element), table), place);
            }
            for (var constraint : elements.constraints(element, table.substring(table.indexOf('.') + 1))) {
                constraint(table, constraint.name(), new Location(file, lines.get(constraint.at())));
            }
        }
    }

    /// Notes the parts that `alter table x add constraint y` and `add column z` add, any number of them.
    private void added(String file, Statement statement, String schema) {
        var words = statement.tokens();
        var lines = statement.lines();
        var table = path(words, skip(words, 2, ALTERED), schema);
        for (var i = 2; i + 2 < words.size(); i++) {
            if (!Tokens.isWord(words.get(i), "add")) {
                continue;
            }
            var place = new Location(file, lines.get(i));
            if (Tokens.isWord(words.get(i + 1), "constraint")) {
                constraint(table, Tokens.name(words.get(i + 2)), place);
            } else if (Tokens.isWord(words.get(i + 1), "column")) {
                var name = words.get(Math.min(skip(words, i + 2, IF_NOT_EXISTS), words.size() - 1));
                put("column %s of %s".formatted(Tokens.name(name), table), place);
            }
        }
    }

    private void constraint(String table, String name, Location place) {
        put("%s constraint %s".formatted(table, name), place);
        put("%s index %s".formatted(table, name), place);
    }

    private void onTable(String kind, List<String> words, int nameAt, String schema, Location place) {
        for (var i = nameAt; i + 1 < words.size(); i++) {
            if (Tokens.isWord(words.get(i), "on") || kind.equals("rule") && Tokens.isWord(words.get(i), "to")) {
                var table = path(words, skip(words, i + 1, IF_NOT_EXISTS), schema);
                put("%s %s on %s".formatted(kind, Tokens.name(words.get(nameAt)), table), place);
                if (kind.equals("index")) {
                    put("index " + table.replaceFirst("\\..*", ".") + Tokens.name(words.get(nameAt)), place);
                    put("%s index %s".formatted(table, Tokens.name(words.get(nameAt))), place);
                }
                if (!kind.equals("rule") || Tokens.isWord(words.get(i), "to")) {
                    return;
                }
            }
        }
    }

    private void put(String object, Location place) {
        places.put(object.replace("\"", ""), place);
    }

    private static int skip(List<String> words, int from, Set<String> skipped) {
        var at = from;
        while (at < words.size() && skipped.contains(words.get(at).toLowerCase(Locale.ROOT))) {
            at++;
        }
        return at;
    }

    /// The qualified name, `schema.name`.
    private static String path(List<String> words, int at, String schema) {
        if (at >= words.size()) {
            return "";
        }
        var first = Tokens.name(words.get(at));
        return at + 2 < words.size() && words.get(at + 1).equals(".")
                ? first + "." + Tokens.name(words.get(at + 2))
                : schema + "." + first;
    }
}
