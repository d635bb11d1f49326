package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.NormalForm;
import hedgerow.rls.expr.StoredTree;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.logic.Gate;
import hedgerow.rls.logic.Policies;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The meaning of policies, functions and views, in forms and texts that are equal in two databases if the
/// definitions are: the normal forms of policies, and the definitions of the functions that are called, and
/// that these call.
///
/// Different forms may still mean the same. The same form may have another meaning only if a table that it
/// reads through a sub-query has other policies, which are compared there.
final class Meaning {

    /// A call in the source of a function that has no tree, such as one in PL/pgSQL.
    private static final Pattern CALL = Pattern.compile("([\\w$]+|\"[^\"]+\")\\s*\\(");

    private final Catalog catalog;
    private final Policies policies;
    private final Canonical canonical;
    private final Map<String, List<Function>> functions;
    private final Map<Clause, Form> known = new HashMap<>();

    Meaning(Catalog catalog) {
        this.catalog = catalog;
        this.policies = new Policies(catalog);
        this.canonical = new Canonical(catalog);
        this.functions = catalog.functions().values().stream()
                .filter(Meaning::isOfUsers)
                .collect(Collectors.groupingBy(Function::name));
    }

    private static boolean isOfUsers(Function function) {
        return function.oid() >= Canonical.FIRST_USER_OID;
    }

    // --- policies ------------------------------------------------------------------------------------------------

    private record Clause(long table, String tree) {}

    /// The form of a policy.
    ///
    /// @param gate the gate at which the policy is evaluated
    Form of(Relation table, Policy policy, Gate gate) {
        var tree = gate.tree(policy).orElseThrow();
        return known.computeIfAbsent(
                new Clause(table.oid(), tree),
                _ -> form(policies.read(table, tree), gate.sql(policy).orElse(tree)));
    }

    /// The form of an expression; one that cannot be decomposed is compared by the server's text.
    private Form form(Expr expr, String sql) {
        if (!canonical.isWhole(expr)) {
            return new Form(Set.of(Set.of(sql + columns(expr) + context(expr, this::define))));
        }
        var context = context(expr, this::note);
        var alternatives = NormalForm.disjuncts(expr).orElseGet(() -> List.of(NormalForm.conjuncts(expr)));
        return new Form(alternatives.stream()
                .filter(all -> all.stream().noneMatch(Meaning::isNever))
                .map(all -> all.stream()
                        .filter(one -> !one.equals(Expr.TRUE))
                        .map(one -> canonical.of(NormalForm.simplified(one)) + context)
                        .collect(Collectors.toSet()))
                .collect(Collectors.toSet()));
    }

    private static boolean isNever(Expr one) {
        return one.equals(Expr.FALSE)
                || one instanceof Expr.Constant constant && constant.value().isNull();
    }

    private Set<String> columns(Expr expr) {
        return Walk.over(expr)
                .filter(Walk.Place::isOwnColumn)
                .map(place -> canonical.of(place.node()))
                .collect(Collectors.toSet());
    }

    /// The called functions.
    ///
    /// @param inlined receives the properties of functions whose bodies are in the expression
    private String context(Expr expr, BiConsumer<Long, Map<String, String>> inlined) {
        var definitions = new TreeMap<String, String>();
        Walk.over(expr).map(Walk.Place::node).forEach(node -> {
            switch (node) {
                case Expr.Call call -> define(call.function(), definitions);
                case Expr.Operator operator -> define(operator.function(), definitions);
                case Expr.Inlined(var call, var _) -> inlined.accept(call.function(), definitions);
                default -> {}
            }
        });
        return definitions.toString();
    }

    /// Records the rights and settings with which a function runs.
    private void note(long oid, Map<String, String> definitions) {
        catalog.function(oid)
                .filter(function ->
                        function.securityDefiner() || !function.settings().isEmpty())
                .ifPresent(function -> definitions.putIfAbsent("in " + function.quoted(), attributes(function)));
    }

    // --- functions and queries -----------------------------------------------------------------------------------

    /// The meaning of a call of a function.
    String of(Function function) {
        var definitions = new TreeMap<String, String>();
        define(function, definitions);
        return definitions.toString();
    }

    /// The meaning of a view's query.
    String ofTree(String tree) {
        var definitions = new TreeMap<String, String>();
        define(tree, definitions);
        return text(tree) + definitions;
    }

    private String text(String tree) {
        return StoredTree.text(tree, policies.names());
    }

    private void define(String tree, Map<String, String> definitions) {
        StoredTree.numbers(tree).forEach(number -> define(number, definitions));
    }

    private void define(long oid, Map<String, String> definitions) {
        catalog.function(oid).filter(Meaning::isOfUsers).ifPresent(function -> define(function, definitions));
    }

    private void define(Function function, Map<String, String> definitions) {
        if (definitions.containsKey(function.quoted())) {
            return;
        }
        var body = function.body().orElse("");
        var tree = function.bodyTree().map(this::text).orElse("");
        definitions.put(function.quoted(), body + tree + " " + function.volatility() + attributes(function));
        function.bodyTree()
                .ifPresentOrElse(stored -> define(stored, definitions), () -> defineCalled(body, definitions));
    }

    private void defineCalled(String body, Map<String, String> definitions) {
        CALL.matcher(body)
                .results()
                .map(call -> call.group(1).replace("\"", ""))
                .flatMap(name -> functions.getOrDefault(name, List.of()).stream())
                .forEach(function -> define(function, definitions));
    }

    private String attributes(Function function) {
        var owner = Optional.of(function)
                .filter(Function::securityDefiner)
                .flatMap(it -> catalog.role(it.owner()))
                .map(Role::name);
        return Stream.concat(Stream.of(function.settings().toString()), owner.map(name -> "definer " + name).stream())
                .collect(Collectors.joining(" ", " ", ""));
    }
}
