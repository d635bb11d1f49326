package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Constraint;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Index;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.RewriteRule;
import hedgerow.rls.catalog.Trigger;
import hedgerow.rls.expr.StoredTree;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds the functions that may change something in the session when they run: by themselves, by functions
/// that they name, or by code that their statements trigger (triggers, defaults, checks, rules, operators).
///
/// It examines texts and trees, and not the results of the parser: a role that cannot parse a body must
/// come to the same result. A table whose name merely occurs in a text that writes counts as written, and a
/// called name stands for every function with that name. Deferred triggers are assumed to fire at COMMIT.
final class Setters {

    private static final Set<String> READABLE = Set.of("sql", "plpgsql");

    /// The code `set_config()`, SET and RESET as statements, and everything that runs a text. SET
    /// CONSTRAINTS sets nothing.
    private static final Pattern SETTING = Pattern.compile("(?i)\\bset_config\\b|\\b(?:in|query)\\s+execute\\b"
            + "|(?:^|;|\\bbegin|\\bthen|\\belse|\\bloop)\\s*"
            + "(?:set\\s(?!\\s*constraints\\b)|(?:reset|discard|execute|do)\\s)");

    private static final Pattern WRITING = Pattern.compile("(?i)\\b(?:insert|update|delete|merge|truncate|copy)\\b");

    /// A piece of a text: the contents of strings and comments, names without their quotes, or anything else.
    private static final Pattern PIECE = Pattern.compile(
            "(?is)e'(?:[^'\\\\]++|\\\\.|'')*+'|'(?:[^']++|'')*+'|(\\$\\w*\\$).*?\\1|--[^\\n]*|/\\*.*?\\*/"
                    + "|\"(?<quoted>(?:[^\"]++|\"\")*+)\"|(?<word>[\\p{L}_][\\p{L}\\p{N}_$]*)|(?<other>\\S)");

    /// The oid of set_config, the same in every version.
    private static final long SET_CONFIG = 2078;

    private static final Pattern CALL_IN_TREE = Pattern.compile(":funcid (\\d+)");

    private final Catalog catalog;
    private final Map<String, Set<Function>> functions = new HashMap<>();
    private final Map<String, Set<Relation>> relations = new HashMap<>();
    private final List<Function> implicit;
    private final Map<Long, Boolean> known = new HashMap<>();

    Setters(Catalog catalog) {
        this.catalog = catalog;
        catalog.functions().values().stream()
                .filter(Setters::isUsers)
                .forEach(function -> put(functions, function.name(), function));
        catalog.relations().values().forEach(relation -> put(relations, relation.name(), relation));
        this.implicit =
                catalog.implicitFunctions().stream().flatMap(this::function).toList();
    }

    private static <T> void put(Map<String, Set<T>> named, String name, T item) {
        named.computeIfAbsent(name, _ -> new HashSet<>()).add(item);
    }

    /// Whether it is user-defined, or may run a query that only it knows.
    private static boolean isUsers(Function function) {
        return !function.schema().equals("pg_catalog") && function.extension().isEmpty() || HiddenReads.in(function);
    }

    /// The deferred triggers that may do so: SET CONSTRAINTS can make them fire before a statement has
    /// ended.
    List<String> deferred() {
        return catalog.relations().values().stream()
                .flatMap(relation -> relation.triggers().stream()
                        .filter(trigger -> trigger.enabled() && trigger.deferred())
                        .filter(trigger -> function(trigger.function()).anyMatch(this::maySet))
                        .map(trigger -> "%s on %s".formatted(trigger.quoted(), relation.quoted())))
                .sorted()
                .toList();
    }

    /// The policies that may do so when they are evaluated for a row.
    List<String> policies() {
        return catalog.relations().values().stream()
                .flatMap(relation -> relation.policies().stream()
                        .filter(policy -> Stream.of(policy.usingTree(), policy.checkTree())
                                .flatMap(Optional::stream)
                                .anyMatch(this::maySet))
                        .map(policy -> "policy %s on %s".formatted(policy.quoted(), relation.quoted())))
                .sorted()
                .toList();
    }

    private boolean maySet(String tree) {
        return calls(tree)
                || objects(Optional.of(tree))
                        .anyMatch(object -> object instanceof Function function && maySet(function));
    }

    boolean maySet(Function function) {
        return known.computeIfAbsent(function.oid(), _ -> reachesSetting(function));
    }

    private boolean reachesSetting(Function function) {
        var seen = new HashSet<Object>();
        var open = new ArrayDeque<Object>(List.of(function));
        while (!open.isEmpty()) {
            var next = open.remove();
            if (!seen.add(next)) {
                continue;
            }
            if (next instanceof Function code
                    ? sets(code)
                    : trees((Relation) next).anyMatch(this::calls)) {
                return true;
            }
            (next instanceof Function code ? from(code) : from((Relation) next)).forEach(open::add);
        }
        return false;
    }

    private boolean sets(Function function) {
        return catalog.implicitFunctions().contains(SET_CONFIG)
                || !READABLE.contains(function.language()) && !HiddenReads.computes(function)
                || function.body().filter(text -> SETTING.matcher(text).find()).isPresent()
                || function.bodyTree().filter(this::calls).isPresent();
    }

    private boolean calls(String tree) {
        return CALL_IN_TREE
                .matcher(tree)
                .results()
                .map(call -> Long.parseLong(call.group(1)))
                .anyMatch(oid -> oid == SET_CONFIG
                        || catalog.function(oid).filter(HiddenReads::in).isPresent());
    }

    /// The functions that a function may run, and the relations that it may write.
    private Stream<Object> from(Function function) {
        var text = function.body().orElse("");
        var writes = WRITING.matcher(text).find();
        var named = new HashSet<Object>();
        var name = "";
        for (var piece : pieces(text)) {
            if (piece.equals("(")) {
                named.addAll(functions.getOrDefault(name, Set.of()));
            } else if (writes) {
                named.addAll(relations.getOrDefault(piece, Set.of()));
            }
            name = piece;
        }
        return Stream.of(named.stream(), objects(function.bodyTree()), implicit.stream())
                .flatMap(each -> each);
    }

    /// The names in a text, as the server folds them, and its symbols.
    private static List<String> pieces(String text) {
        return PIECE.matcher(text)
                .results()
                .flatMap(piece -> Stream.of(
                                Optional.ofNullable(piece.group("quoted")).map(name -> name.replace("\"\"", "\"")),
                                Optional.ofNullable(piece.group("word")).map(word -> word.toLowerCase(Locale.ROOT)),
                                Optional.ofNullable(piece.group("other")))
                        .flatMap(Optional::stream))
                .toList();
    }

    /// The code that a statement on a relation triggers.
    private Stream<Object> from(Relation relation) {
        return Stream.of(
                        relation.triggers().stream()
                                .filter(trigger -> trigger.enabled() && !trigger.deferred())
                                .map(Trigger::function)
                                .flatMap(this::function),
                        trees(relation).flatMap(tree -> objects(Optional.of(tree))),
                        catalog.relations().values().stream()
                                .filter(heir -> heir.parents().contains(relation.oid())))
                .flatMap(each -> each);
    }

    private static Stream<String> trees(Relation relation) {
        return Stream.of(
                        relation.columns().stream().map(Column::defaultTree),
                        relation.constraints().stream().map(Constraint::expressionTree),
                        relation.indexes().stream().map(Index::expressionsTree),
                        relation.indexes().stream().map(Index::predicateTree),
                        relation.triggers().stream().map(Trigger::whenTree),
                        relation.rules().stream().map(RewriteRule::actionTree).map(Optional::of),
                        relation.rules().stream().map(RewriteRule::conditionTree))
                .flatMap(trees -> trees)
                .flatMap(Optional::stream);
    }

    /// The functions and relations that a tree names, and other objects that happen to have their numbers.
    private Stream<Object> objects(Optional<String> tree) {
        return tree.map(StoredTree::numbers).orElse(Set.of()).stream()
                .flatMap(oid -> Stream.concat(function(oid), catalog.relation(oid).stream()));
    }

    private Stream<Function> function(long oid) {
        return catalog.function(oid).filter(Setters::isUsers).stream();
    }
}
