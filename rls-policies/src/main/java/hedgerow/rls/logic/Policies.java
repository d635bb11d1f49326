package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Fault;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ExprPrinter;
import hedgerow.rls.expr.ExprReader;
import hedgerow.rls.expr.Inliner;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The expressions of a snapshot's policies, each read once, in one thread.
public final class Policies {

    private final Catalog catalog;
    private final CatalogNames names;
    private final Inliner.Bodies others;
    private final Inliner inliner = new Inliner(new Bodies());
    private final Optional<Expansion> expansion;
    private final Map<Query, Query> expanded = new IdentityHashMap<>();
    private final Map<Long, Optional<List<Query>>> bodies = new HashMap<>();
    private final Map<Long, List<Query>> views = new HashMap<>();
    private final Map<Stored, Expr> expressions = new HashMap<>();
    private final Map<Stored, Expr> inlined = new HashMap<>();
    private final Map<Long, Boolean> around = new HashMap<>();
    private final Set<String> faults = new LinkedHashSet<>();

    /// A reader of policies as they are written, with functions inlined.
    public Policies(Catalog catalog) {
        this.catalog = catalog;
        this.others = _ -> Optional.empty();
        this.names = new CatalogNames(catalog);
        this.expansion = Optional.empty();
    }

    /// A reader of policies in which sub-selects are expanded to those tables that they read.
    ///
    /// @param others bodies of functions that the catalog has not read
    public Policies(Catalog catalog, Inliner.Bodies others) {
        this.catalog = catalog;
        this.others = others;
        this.names = new CatalogNames(catalog);
        this.expansion = Optional.of(new Expansion(catalog, this));
    }

    private final class Bodies implements Inliner.Bodies {

        @Override
        public Optional<List<Query>> of(long function) {
            return body(function);
        }

        @Override
        public boolean isTable(long function, int targets) {
            return catalog.function(function)
                    .filter(it -> it.returnsSet()
                            && it.arguments().stream()
                                            .filter(Function.Argument::output)
                                            .count()
                                    == targets
                            && !it.securityDefiner()
                            && !it.strict()
                            && it.settings().stream().allMatch(setting -> setting.startsWith("search_path=")))
                    .isPresent();
        }
    }

    public CatalogNames names() {
        return names;
    }

    public String print(Expr expr) {
        return new ExprPrinter(names).print(expr);
    }

    /// The queries of a function, if its body can be read.
    public Optional<List<Query>> body(long function) {
        var known = bodies.get(function);
        if (known == null) {
            known = catalog.function(function)
                    .flatMap(it -> it.bodyTree().flatMap(tree -> body(it, tree)))
                    .or(() -> others.of(function));
            bodies.put(function, known);
        }
        return known;
    }

    /// The query of a view, exactly as stored.
    List<Query> queries(Relation view) {
        return views.computeIfAbsent(
                view.oid(),
                _ -> guarded(
                        "the query of " + view.quoted(),
                        () -> view.viewTree()
                                .map(tree -> ExprReader.readQueries(tree, names))
                                .orElse(List.of()),
                        List.of()));
    }

    /// Whether a function's result depends on more than its arguments: on the session, or on rows.
    public boolean looksAround(long function) {
        var known = around.get(function);
        if (known == null) {
            known = body(function).orElse(List.of()).stream()
                    .map(this::inline)
                    .map(this::expanded)
                    .anyMatch(this::looksAround);
            around.put(function, known);
        }
        return known;
    }

    /// The relations that a function's body names.
    List<Relation> named(long function) {
        return body(function).orElse(List.of()).stream()
                .flatMap(Walk::queries)
                .flatMap(Query::tables)
                .flatMap(source -> catalog.relation(source.oid()).stream())
                .toList();
    }

    private boolean looksAround(Query query) {
        return query.tables().findAny().isPresent()
                || query.queries().anyMatch(this::looksAround)
                || query.expressions()
                        .anyMatch(expr -> Sessions.readsSession(names, expr)
                                || Walk.queries(expr).anyMatch(this::looksAround));
    }

    /// The expression with functions inlined.
    public Expr inline(Expr expr) {
        return inliner.inline(expr);
    }

    /// The query with functions inlined in all its expressions.
    public Query inline(Query query) {
        return inliner.inline(query);
    }

    private Expr expanded(Expr expr) {
        return expansion.map(known -> known.expand(expr)).orElse(expr);
    }

    /// A sub-select that reads tables: views, functions in FROM, WITH, UNION and aggregates are expanded as far
    /// as they can be.
    Query expanded(Query query) {
        if (expansion.isEmpty() || expansion.get().isExpanded(query)) {
            return query;
        }
        var known = expanded.get(query);
        if (known == null) {
            known = expansion.get().expand(query);
            expanded.put(query, known);
        }
        return known;
    }

    private Optional<List<Query>> body(Function function, String tree) {
        var what = "function %s: its body".formatted(function.quoted());
        return guarded(what, () -> Optional.of(ExprReader.readQueries(tree, names)), Optional.empty());
    }

    /// Messages about objects on which reading failed; the others are read all the same.
    public Set<String> faults() {
        return Set.copyOf(faults);
    }

    /// The result of `reading`; if it fails, `otherwise`, and a line in [#faults()].
    ///
    /// @param what the object that is read, for the line
    public <T> T guarded(String what, Supplier<T> reading, T otherwise) {
        try {
            return reading.get();
        } catch (RuntimeException | StackOverflowError e) {
            faults.add("%s cannot be read: %s".formatted(what, Fault.line(e)));
            return otherwise;
        }
    }

    private record Stored(long table, String tree) {}

    /// An expression of a table with functions inlined. The same policy always yields the same object.
    public Expr read(Relation table, String tree) {
        return inlined.computeIfAbsent(new Stored(table.oid(), tree), key -> {
            var raw = raw(table, tree);
            return guarded(policyOf(table, tree), () -> expanded(inliner.inline(raw)), raw);
        });
    }

    /// The expression exactly as stored.
    public Expr raw(Relation table, String tree) {
        return expressions.computeIfAbsent(
                new Stored(table.oid(), tree),
                key -> guarded(
                        policyOf(table, tree),
                        () -> ExprReader.read(tree, table.oid(), names),
                        new Expr.Opaque("not readable", List.of(), 0)));
    }

    private static String policyOf(Relation table, String tree) {
        return table.policies().stream()
                .filter(policy -> trees(policy).anyMatch(tree::equals))
                .findFirst()
                .map(policy -> "policy %s on %s".formatted(policy.quoted(), table.quoted()))
                .orElse("an expression of " + table.quoted());
    }

    /// USING and WITH CHECK of one policy, with functions inlined.
    public Stream<Expr> clauses(Relation table, Policy policy) {
        return trees(policy).map(tree -> read(table, tree));
    }

    /// The node trees of USING and WITH CHECK, as far as the policy has them.
    public static Stream<String> trees(Policy policy) {
        return Stream.of(policy.usingTree(), policy.checkTree()).flatMap(Optional::stream);
    }
}
