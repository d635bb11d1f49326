package hedgerow.rls.logic;

import static hedgerow.rls.smt.Terms.FALSE;
import static hedgerow.rls.smt.Terms.TRUE;
import static hedgerow.rls.smt.Terms.and;
import static hedgerow.rls.smt.Terms.implies;
import static hedgerow.rls.smt.Terms.not;
import static hedgerow.rls.smt.Terms.or;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Policy;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Query.Reader;
import hedgerow.rls.expr.Rewriter;
import hedgerow.rls.smt.Sort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Sub-selects as formulas: a row where they find one, and a rule about every row where they do not.
///
/// Each [Way] of a sub-select that is not exact may find a row, and may not. This admits more than the server
/// does.
final class Subselects {

    /// The depth of sub-selects; deeper ones are not modelled.
    private static final int DEEPEST = 3;

    private final Encoding encoding;
    private final Model model;
    private final Map<Key, Truth> known = new HashMap<>();

    Subselects(Encoding encoding) {
        this.encoding = encoding;
        this.model = encoding.model();
    }

    /// The value with which a sub-select's rows are compared.
    record Compared(Expr.Operator operator, Encoded left) {}

    /// A sub-select.
    ///
    /// @param any whether one row is enough; otherwise every row must compare
    private record Asked(Query query, Optional<Compared> compared, Optional<Expr> test, boolean any) {

        boolean compares() {
            return compared.isPresent() || test.isPresent();
        }
    }

    /// The key of a sub-select.
    ///
    /// @param parameters distinguish questions with the same text, because a variable may change between
    ///     them
    private record Key(
            Asked asked,
            Session session,
            List<Fields> rows,
            Optional<Encoded> subject,
            Map<Integer, Encoded> parameters) {}

    Truth truth(Expr.Subquery subquery, Place place) {
        var query = model.policies().expanded(subquery.query());
        return switch (subquery.kind()) {
            case EXISTS ->
                query.isBare() ? Truth.ALWAYS : any(new Asked(query, Optional.empty(), Optional.empty(), true), place);
            case ANY -> any(new Asked(query, Optional.empty(), subquery.test(), true), place);
            case ALL -> any(new Asked(query, Optional.empty(), subquery.test(), false), place);
            case SCALAR ->
                query.isBare()
                        ? encoding.truth(result(query), place)
                        : Truth.of(encoding.asBoolean(scalar(subquery, place)));
            default -> encoding.unmodelled("a sub-select of kind " + subquery.kind());
        };
    }

    /// The truth of a comparison with the rows of a sub-select as an array.
    Truth array(Query query, Compared compared, boolean any, Place place) {
        return any(new Asked(model.policies().expanded(query), Optional.of(compared), Optional.empty(), any), place);
    }

    Encoded scalar(Expr.Subquery subquery, Place place) {
        var query = model.policies().expanded(subquery.query());
        if (query.isBare() && subquery.kind() == Expr.Subquery.Kind.SCALAR) {
            return encoding.value(result(query), place);
        }
        return subquery.kind() == Expr.Subquery.Kind.SCALAR
                ? first(query.withTargets(List.of(query.targets().getFirst())), place)
                        .getFirst()
                : encoding.anyValue(subquery.type(), "a sub-select of kind " + subquery.kind());
    }

    /// Returns the expression of a sub-select that reads no rows.
    Optional<Expr> bare(Expr.Subquery subquery) {
        return Optional.of(model.policies().expanded(subquery.query()))
                .filter(Query::isBare)
                .map(Subselects::result);
    }

    private static Expr result(Query bare) {
        return Rewriter.shift(bare.targets().getFirst().expression(), -1);
    }

    /// The reason why a sub-select's rows, or their tables, cannot be modelled.
    private static Optional<String> hindrance(Query query, Place place) {
        return Way.hindrance(query)
                .or(() ->
                        place.depth() > DEEPEST ? Optional.of("sub-selects deeper than " + DEEPEST) : Optional.empty());
    }

    // --- privileges ----------------------------------------------------------------------------------------------

    /// Whether the server refuses the sub-select before it reads a row. A function in FROM is refused only
    /// when it runs.
    private boolean isDenied(Way way, Session session) {
        return way.parts().values().stream().anyMatch(part -> switch (part) {
            case Way.Part.Base(var table) -> !may(session, table);
            case Way.Part.Nested(var inner, var reader) ->
                reader.isEmpty()
                        ? isDenied(inner, session)
                        : reader.get() instanceof Reader.View(var oid)
                                && (!may(session, relation(oid)) || isDenied(inner, session.through(relation(oid))));
            case Way.Part.Literal _, Way.Part.Unknown _ -> false;
        });
    }

    private boolean may(Session session, Relation table) {
        return model.gates().may(session.role(), table, Policy.Command.SELECT);
    }

    private Relation relation(long oid) {
        return model.catalog().relation(oid).orElseThrow();
    }

    // --- EXISTS, ANY and ALL -------------------------------------------------------------------------------------

    private Truth any(Asked asked, Place place) {
        var hindrance = hindrance(asked.query, place);
        if (hindrance.isPresent()) {
            return encoding.unmodelled(hindrance.get());
        }
        var ways = Way.of(asked.query, model.catalog());
        if (ways.stream().anyMatch(way -> isDenied(way, place.session()))) {
            return Truth.RAISES;
        }
        var key = new Key(asked, place.session(), rows(place), place.subject(), Map.copyOf(encoding.parameters()));
        var truth = known.get(key);
        if (truth == null) {
            truth = made(asked, ways, place);
            known.put(key, truth);
        }
        return truth;
    }

    private static List<Fields> rows(Place place) {
        return Stream.concat(place.scopes().stream().flatMap(scope -> scope.values().stream()), place.own().stream())
                .<Fields>map(row -> row)
                .toList();
    }

    private Truth made(Asked asked, List<Way> ways, Place place) {
        var found = fresh("found");
        var excluded = asked.compares() ? fresh("excluded") : not(found);
        var unknown = asked.compares() ? fresh("unknown") : FALSE;
        if (asked.compares()) { // and none of them where a row raises an error
            require(not(and(found, excluded)));
            require(not(and(or(found, excluded), unknown)));
            witness(ways, unknown, place, row -> and(row.met, compared(asked, row, Truth::isNull)));
        }
        witness(ways, found, place, row -> holds(asked, row));
        for (var way : ways) {
            if (way.exact()) {
                always(way, not(found), place, row -> not(holds(asked, row)));
                if (asked.compares()) {
                    always(
                            way,
                            excluded,
                            place,
                            row -> or(not(row.met), compared(asked, row, asked.any ? Truth::isFalse : Truth::isTrue)));
                }
            }
        }
        var truth = new Truth(found, excluded, unknown);
        return asked.any ? truth : truth.negated();
    }

    private String holds(Asked asked, Found row) {
        return and(row.met, compared(asked, row, asked.any ? Truth::isTrue : Truth::isFalse));
    }

    private String compared(Asked asked, Found row, java.util.function.Function<Truth, String> wanted) {
        if (!asked.compares()) {
            return TRUE;
        }
        var truth = asked.test
                .map(test -> encoding.truth(Rewriter.shift(test, 1), row.place.with(row.outputs)))
                .orElseGet(() -> element(asked.compared.orElseThrow(), row));
        return wanted.apply(truth);
    }

    private Truth element(Compared compared, Found row) {
        var operator = compared.operator;
        var output = row.outputs.getFirst();
        var single = (Expr.Operator) operator.with(List.of(operator.operands().getFirst(), output));
        return encoding.compare(single, compared.left, encoding.value(output, row.place));
    }

    // --- scalars -------------------------------------------------------------------------------------------------

    /// The targets of the first row of a query; all NULL if it has none.
    List<Encoded> first(Query written, Place place) {
        var query = model.policies().expanded(written);
        var outputs = query.targets().stream()
                .filter(target -> !target.junk())
                .map(Query.Target::expression)
                .toList();
        if (query.isBare()) {
            return outputs.stream()
                    .map(output -> encoding.value(output, place.in(Map.of())))
                    .toList();
        }
        var hindrance = hindrance(query, place);
        if (hindrance.isPresent()) {
            return outputs.stream()
                    .map(output -> encoding.anyValue(output.type(), hindrance.get()))
                    .toList();
        }
        var ways = Way.of(query, model.catalog());
        if (ways.stream().anyMatch(way -> isDenied(way, place.session()))) {
            return outputs.stream()
                    .map(output -> encoding.kinds().sort(output.type()))
                    .map(sort -> new Encoded(TRUE, FALSE, encoding.theory().anything(sort), sort))
                    .toList();
        }
        var some = fresh("some");
        var values = outputs.stream()
                .map(output -> encoding.constant("scalar", output.type()))
                .toList();
        values.forEach(value -> require(or(some, value.isNull())));
        witness(ways, some, place, row -> {
            var parts = new ArrayList<>(List.of(row.met));
            for (var i = 0; i < values.size(); i++) {
                parts.add(values.get(i).same(encoding.value(row.outputs.get(i), row.place)));
            }
            return and(parts);
        });
        for (var way : ways) {
            if (way.exact()) {
                always(way, not(some), place, row -> not(row.met));
            }
        }
        return values;
    }

    // --- rows ----------------------------------------------------------------------------------------------------

    /// A row of a way.
    ///
    /// @param place the environment of its outputs
    /// @param met the formula that its parts are visible and meet the conditions
    private record Found(Place place, String met, List<Expr> outputs) {}

    /// Requires that a row of some way meets a condition if `guard` holds.
    private void witness(
            List<Way> ways, String guard, Place place, java.util.function.Function<Found, String> condition) {
        var choices = ways.size() == 1
                ? List.of(guard)
                : ways.stream().map(_ -> fresh("way")).toList();
        if (ways.size() != 1) {
            require(implies(guard, or(choices)));
        }
        var variables = Map.copyOf(encoding.parameters());
        for (var i = 0; i < ways.size(); i++) {
            var way = ways.get(i);
            var choice = choices.get(i);
            encoding.witnesses().add(new Encoding.Witness(choice, () -> {
                var rows = way.tables().stream()
                        .map(table -> encoding.slot(table, fresh("in_" + table.name()), place.depth() + 1))
                        .toList();
                with(variables, () -> require(implies(choice, condition.apply(found(way, place, rows, true)))));
            }));
        }
    }

    /// Requires a condition of all rows of a way if `guard` holds.
    private void always(Way way, String guard, Place place, java.util.function.Function<Found, String> condition) {
        var variables = Map.copyOf(encoding.parameters());
        encoding.rules()
                .add(new Encoding.Always(
                        guard,
                        way.tables().stream().map(Relation::oid).toList(),
                        rows -> with(
                                variables,
                                () -> require(implies(
                                        and(
                                                guard,
                                                and(rows.stream()
                                                        .map(Slot::present)
                                                        .toList())),
                                        condition.apply(found(way, place, rows, false))))),
                        new HashSet<>()));
    }

    /// Runs an action on variables as they were when the sub-select was met: a body may have changed them since.
    private void with(Map<Integer, Encoded> variables, Runnable action) {
        var now = Map.copyOf(encoding.parameters());
        encoding.parameters().clear();
        encoding.parameters().putAll(variables);
        action.run();
        encoding.parameters().clear();
        encoding.parameters().putAll(now);
    }

    private Found found(Way way, Place place, List<Slot> rows, boolean sought) {
        var met = new ArrayList<String>();
        var inner = enter(way, place, 1, rows.iterator(), sought, met);
        return new Found(inner, and(met), way.outputs());
    }

    /// Enters a way.
    ///
    /// @param deeper the number of sub-selects by which it is deeper than `place`
    /// @param rows those of its tables, in order
    /// @param sought whether outer joins may lack a match; otherwise all of them match
    /// @param met receives the conditions on the rows
    private Place enter(Way way, Place place, int deeper, Iterator<Slot> rows, boolean sought, List<String> met) {
        var scope = new TreeMap<Integer, Fields>();
        var inner = place.in(scope, deeper);
        var outer = way.query().shape().outer();
        var missing = outer.stream().map(_ -> sought ? fresh("missing") : FALSE).toList();
        for (var part : way.inOrder()) {
            var own = new ArrayList<String>();
            var fields = fields(part.getValue(), inner, rows, sought, own);
            var absent = where(outer.size(), i -> outer.get(i).nullable().contains(part.getKey()), missing);
            scope.put(part.getKey(), absent.equals(FALSE) ? fields : column -> absent(fields.column(column), absent));
            own.forEach(condition -> met.add(or(absent, condition)));
        }
        var on = way.query().on();
        for (var i = 0; i < on.size(); i++) {
            var condition = i;
            var unneeded = where(outer.size(), j -> outer.get(j).conditions().contains(condition), missing);
            met.add(or(unneeded, encoding.isTrue(on.get(i), inner)));
        }
        way.query().where().ifPresent(condition -> met.add(encoding.isTrue(condition, inner)));
        return inner;
    }

    private static String where(int size, IntPredicate wanted, List<String> terms) {
        return or(IntStream.range(0, size).filter(wanted).mapToObj(terms::get).toList());
    }

    private static Encoded absent(Encoded value, String absent) {
        return new Encoded(and(not(absent), value.raises()), or(absent, value.isNull()), value.term(), value.sort());
    }

    private Fields fields(Way.Part part, Place place, Iterator<Slot> rows, boolean sought, List<String> met) {
        return switch (part) {
            case Way.Part.Base(var table) -> {
                var row = rows.next();
                met.add(row.present());
                met.add(
                        may(place.session(), table)
                                ? encoding.passes(row, place.session(), Gate.SELECT, place.depth())
                                : FALSE);
                yield row;
            }
            case Way.Part.Nested(var way, var reader) -> nested(way, reader, place, rows, sought, met);
            case Way.Part.Literal(var values) -> new Outputs(values, place);
            case Way.Part.Unknown(var reason) -> {
                met.add(encoding.script().unmodelled(reason));
                yield column -> encoding.anyValue(column.type(), reason);
            }
        };
    }

    private Fields nested(
            Way way, Optional<Reader> reader, Place place, Iterator<Slot> rows, boolean sought, List<String> met) {
        var session = place.session();
        return switch (reader.orElse(null)) {
            case null -> outputs(way, place, rows, sought, met);
            case Reader.View(var oid) -> outputs(way, place.as(session.through(relation(oid))), rows, sought, met);
            case Reader.Caller(var call) -> {
                var function = model.catalog().function(call.function()).orElseThrow();
                var within = encoding.within(function, session);
                var open = openness(function, call, session, within);
                if (open.isPresent()) {
                    way.tables().forEach(_ -> rows.next());
                    yield fields(new Way.Part.Unknown(open.get()), place, rows, sought, met);
                }
                if (function.strict()) {
                    call.arguments().forEach(argument -> met.add(isKnown(encoding.value(argument, place))));
                }
                yield outputs(way, place.as(within), rows, sought, met);
            }
        };
    }

    /// The reason why the rows of a function are not those of its body.
    private Optional<String> openness(Function function, Expr.Call call, Session session, Session within) {
        return model.searchPaths()
                .openness(function, model.policies().named(function.oid()))
                .or(() -> call.arguments().stream()
                        .filter(argument -> encoding.isCallers(argument, session, within))
                        .findFirst()
                        .map(_ -> "what %s is given by a session that it changes".formatted(function.quoted())));
    }

    /// A STRICT function has no rows for NULL.
    private static String isKnown(Encoded value) {
        return and(not(value.raises()), not(value.isNull()));
    }

    private Outputs outputs(Way way, Place place, Iterator<Slot> rows, boolean sought, List<String> met) {
        return new Outputs(way.outputs(), enter(way, place, 0, rows, sought, met));
    }

    /// The targets of a query in FROM as its columns.
    final class Outputs implements Fields {

        private final List<Expr> targets;
        private final Place place;
        private final Map<Integer, Encoded> values = new HashMap<>();

        private Outputs(List<Expr> targets, Place place) {
            this.targets = targets;
            this.place = place;
        }

        @Override
        public Encoded column(Expr.Column column) {
            var value = values.get(column.number());
            if (value == null) {
                value = column.number() <= targets.size()
                        ? encoding.value(targets.get(column.number() - 1), place)
                        : encoding.anyValue(column.type(), "column %s of a sub-select".formatted(column.name()));
                values.put(column.number(), value);
            }
            return value;
        }

        /// The expression of a column.
        Optional<Expr> expression(int number) {
            return number >= 1 && number <= targets.size() ? Optional.of(targets.get(number - 1)) : Optional.empty();
        }

        Place place() {
            return place;
        }
    }

    private String fresh(String prefix) {
        return encoding.script().constant(prefix, Sort.BOOL);
    }

    private void require(String term) {
        encoding.script().require(term);
    }
}
