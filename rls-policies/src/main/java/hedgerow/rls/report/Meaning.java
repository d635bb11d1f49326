package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Operator;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Type;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What the expression of a policy says, written so that two databases write the same if it is the same: its SQL, the
/// types of the columns in it, and the definitions of the functions that it calls, and that these call.
///
/// Different texts may still mean the same. The same text may mean something else only if a table that it reads through
/// a sub-query has other policies, and those are compared where they are.
final class Meaning {

    private static final Pattern CALL = Pattern.compile("([\\w$]+|\"[^\"]+\")\\s*\\(");
    private static final Pattern WORD = Pattern.compile("[\\w$]+");
    private static final Pattern LOCATION = Pattern.compile(" :(location|stmt_location|stmt_len) -?\\d+");

    /// From here on, oids are those of objects that users have made.
    private static final long FIRST_USER_OID = 16_384;

    private static final Pattern OID = Pattern.compile("\\b\\d{5,10}\\b");

    private final Catalog catalog;
    private final Map<String, List<Function>> functions;

    Meaning(Catalog catalog) {
        this.catalog = catalog;
        this.functions = catalog.functions().values().stream()
                .filter(function -> function.oid() >= FIRST_USER_OID)
                .collect(Collectors.groupingBy(Function::name));
    }

    String of(Relation table, String sql) {
        var definitions = new TreeMap<String, String>();
        define(sql, definitions);
        return String.join("\n", sql, columns(table, sql).toString(), definitions.toString());
    }

    /// What a function does when it is called.
    String of(Function function) {
        var definitions = new TreeMap<String, String>();
        define(function, definitions);
        return definitions.toString();
    }

    /// A view's query.
    String ofTree(String tree) {
        var definitions = new TreeMap<String, String>();
        called(tree).forEach(function -> define(function, definitions));
        return named(tree) + definitions;
    }

    private static Set<String> columns(Relation table, String sql) {
        var words = WORD.matcher(sql).results().map(MatchResult::group).collect(Collectors.toSet());
        return table.columns().stream()
                .filter(column -> words.contains(column.name())
                        || !WORD.matcher(column.name()).matches())
                .map(Meaning::typed)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String typed(Column column) {
        return "%s %s%s".formatted(column.quoted(), column.typeName(), column.notNull() ? " not null" : "");
    }

    private void define(String text, Map<String, String> definitions) {
        CALL.matcher(text)
                .results()
                .map(call -> call.group(1).replace("\"", ""))
                .flatMap(name -> functions.getOrDefault(name, List.of()).stream())
                .forEach(function -> define(function, definitions));
    }

    private void define(Function function, Map<String, String> definitions) {
        if (definitions.containsKey(function.quoted())) {
            return;
        }
        var tree = function.bodyTree().map(this::named);
        var body = function.body().orElse("") + tree.orElse("");
        definitions.put(function.quoted(), body + attributes(function));
        define(body, definitions);
        function.bodyTree().ifPresent(stored -> called(stored).forEach(called -> define(called, definitions)));
    }

    private String attributes(Function function) {
        var owner = function.securityDefiner()
                ? catalog.role(function.owner())
                        .map(role -> " definer " + role.name())
                        .orElse("")
                : "";
        return " %s %s%s".formatted(function.volatility(), function.settings(), owner);
    }

    private List<Function> called(String tree) {
        return OID.matcher(tree)
                .results()
                .map(oid -> catalog.function(Long.parseLong(oid.group())))
                .flatMap(Optional::stream)
                .filter(called -> called.oid() >= FIRST_USER_OID)
                .toList();
    }

    /// Without positions in a source text, and with names in place of numbers that differ from database to database.
    private String named(String tree) {
        return OID.matcher(LOCATION.matcher(tree).replaceAll(""))
                .replaceAll(oid -> Matcher.quoteReplacement(name(Long.parseLong(oid.group()))));
    }

    private String name(long oid) {
        var names = List.of(
                catalog.function(oid).map(Function::quoted),
                catalog.relation(oid).map(Relation::quoted),
                catalog.type(oid).map(Type::quoted),
                catalog.operator(oid).map(Operator::name));
        return oid < FIRST_USER_OID
                ? Long.toString(oid)
                : names.stream().flatMap(Optional::stream).collect(Collectors.joining("|"));
    }
}
