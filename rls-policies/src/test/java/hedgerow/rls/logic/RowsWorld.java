package hedgerow.rls.logic;

import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.expr.Evaluator;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The environment of an expression in a database with known rows, for one session. Sub-selects are
/// answered from the rows, as far as their tables' policies show them.
final class RowsWorld implements Evaluator.World {

    /// The depth of nested reads; the server gives up on deeper ones sooner or later.
    private static final int DEEPEST = 3;

    private final Model model;
    private final Map<Long, List<Map<Integer, Value>>> rows;
    private final Map<String, String> settings;
    private final long role;
    private final Map<Integer, Value> own;
    private final List<Map<Integer, Map<Integer, Value>>> scopes;
    private final int depth;

    /// A world of known rows.
    ///
    /// @param rows by table, and by column
    /// @param settings by name; others are not set
    RowsWorld(Model model, Map<Long, List<Map<Integer, Value>>> rows, Map<String, String> settings, long role) {
        this(model, rows, settings, role, Map.of(), List.of(), 0);
    }

    private RowsWorld(
            Model model,
            Map<Long, List<Map<Integer, Value>>> rows,
            Map<String, String> settings,
            long role,
            Map<Integer, Value> own,
            List<Map<Integer, Map<Integer, Value>>> scopes,
            int depth) {
        this.model = model;
        this.rows = rows;
        this.settings = settings;
        this.role = role;
        this.own = own;
        this.scopes = scopes;
        this.depth = depth;
    }

    /// Whether row security lets a row pass a gate: [Value#TRUE], [Value#FALSE], or unknown if that depends
    /// on an error or on something unknown to the evaluator.
    Value passes(Relation table, Map<Integer, Value> row, Gate gate) {
        if (model.gates().isExempt(role, table)) {
            return Value.TRUE;
        }
        if (depth > DEEPEST) {
            return Value.UNKNOWN;
        }
        var asking = model.gates().asking(role, table, gate);
        var some = values(asking.permissive(), table, row, gate);
        var all = values(asking.restrictive(), table, row, gate);
        var permitted = some.contains(Value.TRUE) ? Value.TRUE : certain(some) ? Value.FALSE : Value.UNKNOWN;
        var refused = all.stream().anyMatch(value -> value.isKnown() && !value.isTrue());
        if (permitted.equals(Value.FALSE) || refused) {
            return Value.FALSE;
        }
        return certain(all) ? permitted : Value.UNKNOWN;
    }

    /// Whether some policy may raise an error, as far as is known.
    boolean mayRaise(Relation table, Map<Integer, Value> row, Gate gate) {
        var asking = model.gates().asking(role, table, gate);
        return !certain(values(asking.policies().toList(), table, row, gate));
    }

    private List<Value> values(List<Policy> policies, Relation table, Map<Integer, Value> row, Gate gate) {
        var around = new RowsWorld(model, rows, settings, role, row, List.of(), depth + 1);
        var evaluator = new Evaluator(model.names(), around);
        return policies.stream()
                .map(policy -> evaluator.evaluate(
                        model.policies().read(table, gate.tree(policy).orElseThrow())))
                .toList();
    }

    private static boolean certain(List<Value> values) {
        return values.stream().allMatch(Value::isKnown);
    }

    // --- values --------------------------------------------------------------------------------------------------

    @Override
    public Value column(Expr.Column column) {
        var row = column.level() < scopes.size() ? scopes.get(column.level()).get(column.source()) : own;
        return row == null ? Value.UNKNOWN : row.getOrDefault(column.number(), Value.UNKNOWN);
    }

    @Override
    public Value setting(String name) {
        return Optional.ofNullable(settings.get(name)).map(Value::of).orElse(Value.NULL);
    }

    @Override
    public Value sessionValue(Expr.SessionValue value) {
        return value.kind().isUser() && value.kind() != Expr.SessionValue.Kind.SESSION_USER
                ? model.catalog().role(role).map(Role::name).map(Value::of).orElse(Value.UNKNOWN)
                : Value.UNKNOWN;
    }

    /// The world under the function's owner, with its settings.
    @Override
    public Optional<Evaluator.World> within(Expr.Call call) {
        var function = model.catalog().function(call.function()).orElseThrow();
        if (function.securityDefiner()
                && call.arguments().stream().anyMatch(argument -> Sessions.readsRole(model.names(), argument))) {
            return Optional.empty();
        }
        var changed = new HashMap<>(settings);
        function.settings().stream()
                .map(setting -> setting.split("=", 2))
                .forEach(setting -> changed.put(setting[0], setting[1]));
        var runs = function.securityDefiner() ? function.owner() : role;
        return Optional.of(new RowsWorld(model, rows, changed, runs, own, scopes, depth));
    }

    // --- sub-selects ---------------------------------------------------------------------------------------------

    @Override
    public Value subquery(Expr.Subquery subquery, int bare) {
        var query = subquery.query();
        var tables = tables(query);
        if (!Encoding.isPlain(query)
                || query.shape().limits()
                || !tables.values().stream().allMatch(this::isReadable)) {
            return Value.UNKNOWN;
        }
        var found = found(query, tables, bare);
        if (found.isEmpty()) {
            return Value.UNKNOWN;
        }
        var outputs = found.get().stream()
                .map(scope -> new Evaluator(model.names(), inside(scope, bare)))
                .map(inner -> query.targets().isEmpty()
                        ? Value.NULL
                        : inner.evaluate(query.targets().getFirst().expression()))
                .toList();
        return switch (subquery.kind()) {
            case EXISTS -> Value.of(!outputs.isEmpty());
            case SCALAR ->
                outputs.size() > 1 ? new Value.Failed("21000") : outputs.isEmpty() ? Value.NULL : outputs.getFirst();
            case ARRAY -> new Value.Array(outputs);
            case ANY, ALL -> compared(subquery, outputs, bare);
            case ROW_COMPARE, MULTI, CTE -> Value.UNKNOWN;
        };
    }

    private boolean isReadable(Relation table) {
        return table.isTable()
                && rows.containsKey(table.oid())
                && model.gates().columns(role, table, Gate.SELECT.command()).whole();
    }

    private Map<Integer, Relation> tables(Query query) {
        var tables = new TreeMap<Integer, Relation>();
        for (var i = 0; i < query.sources().size(); i++) {
            if (query.sources().get(i) instanceof Query.Source.Table(var oid, var ignored)) {
                tables.put(i + 1, model.catalog().relation(oid).orElseThrow());
            }
        }
        return tables;
    }

    /// The rows that a query finds; empty if that is not certain.
    private Optional<List<Map<Integer, Map<Integer, Value>>>> found(
            Query query, Map<Integer, Relation> tables, int bare) {
        var found = new ArrayList<Map<Integer, Map<Integer, Value>>>();
        for (var scope : combinations(tables)) {
            var inner = new Evaluator(model.names(), inside(scope, bare));
            var conditions = Stream.concat(
                            tables.entrySet().stream()
                                    .map(table -> passes(table.getValue(), scope.get(table.getKey()), Gate.SELECT)),
                            Stream.concat(query.where().stream(), query.on().stream())
                                    .map(inner::evaluate))
                    .toList();
            if (conditions.stream().allMatch(Value::isTrue)) {
                found.add(scope);
            } else if (!certain(conditions)) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    private List<Map<Integer, Map<Integer, Value>>> combinations(Map<Integer, Relation> tables) {
        var combinations = List.of(Map.<Integer, Map<Integer, Value>>of());
        for (var table : tables.entrySet()) {
            combinations = combinations.stream()
                    .flatMap(scope -> rows.get(table.getValue().oid()).stream().map(row -> {
                        var longer = new HashMap<>(scope);
                        longer.put(table.getKey(), row);
                        return Map.copyOf(longer);
                    }))
                    .toList();
        }
        return combinations;
    }

    /// The world inside a query.
    ///
    /// @param bare the number of queries without rows in between
    private RowsWorld inside(Map<Integer, Map<Integer, Value>> scope, int bare) {
        var longer = new ArrayList<Map<Integer, Map<Integer, Value>>>();
        longer.add(scope);
        longer.addAll(Collections.nCopies(bare, Map.of()));
        longer.addAll(scopes);
        return new RowsWorld(model, rows, settings, role, own, longer, depth);
    }

    /// The result of the test over an array of the found values: `x = ANY (array)` is the meaning of `x IN
    /// (select)`.
    private Value compared(Expr.Subquery subquery, List<Value> outputs, int bare) {
        var any = subquery.kind() == Expr.Subquery.Kind.ANY;
        var test = subquery.test().map(expr -> expr.shift(-bare));
        if (test.isEmpty()) {
            return Value.UNKNOWN;
        }
        var truths = outputs.stream()
                .map(output -> new Evaluator(model.names(), this).evaluate(with(test.get(), output)))
                .toList();
        var decisive = Value.of(any);
        if (!certain(truths)) {
            return Value.UNKNOWN;
        }
        return truths.contains(decisive) ? decisive : truths.contains(Value.NULL) ? Value.NULL : Value.of(!any);
    }

    private static Expr with(Expr expr, Value output) {
        return expr instanceof Expr.Output(var number, var type)
                ? new Expr.Constant(output, "", type)
                : expr.children().isEmpty()
                        ? expr
                        : expr.with(expr.children().stream()
                                .map(child -> with(child, output))
                                .toList());
    }
}
