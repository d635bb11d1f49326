package hedgerow.rls.expr;

import java.util.Map;
import java.util.Optional;

/// Renumbers an expression to the form in which another database with the same objects would store it.
public final class Renumbering {

    /// The numbers in the other database. An object that it lacks has a number that nothing else has.
    public interface Numbers {

        long relation(long oid);

        /// The number of a column.
        ///
        /// @param relation its oid in this database
        int column(long relation, int number);

        long function(long oid);

        long operator(long oid);

        long type(long oid);
    }

    private final Numbers numbers;
    private final Map<Expr, Expr> known;

    /// A renumbering.
    ///
    /// @param known expressions of the other database, each by itself; an equal one replaces the renumbered
    ///     one
    public Renumbering(Numbers numbers, Map<Expr, Expr> known) {
        this.numbers = numbers;
        this.known = known;
    }

    public Expr of(Expr expr) {
        var children = expr.children().stream().map(this::of).toList();
        var renumbered = head(children.isEmpty() ? expr : expr.with(children));
        return known.getOrDefault(renumbered, renumbered);
    }

    private Expr head(Expr expr) {
        return switch (expr) {
            case Expr.Column column -> column(column);
            case Expr.Constant(var value, var bytes, var type) -> new Expr.Constant(value, bytes, type(type));
            case Expr.Parameter(var number, var type) -> new Expr.Parameter(number, type(type));
            case Expr.Output(var number, var type) -> new Expr.Output(number, type(type));
            case Expr.Subject(var type) -> new Expr.Subject(type(type));
            case Expr.SessionValue(var kind, var type) -> new Expr.SessionValue(kind, type(type));
            case Expr.Call call ->
                new Expr.Call(numbers.function(call.function()), call.arguments(), type(call.type()), call.collation());
            case Expr.Inlined(var call, var body) -> new Expr.Inlined((Expr.Call) of(call), body);
            case Expr.Operator operator -> operator(operator);
            case Expr.Distinct(var equality) -> new Expr.Distinct(operator(equality));
            case Expr.NullIf(var equality) -> new Expr.NullIf(operator(equality));
            case Expr.Quantified(var comparison, var any) -> new Expr.Quantified(operator(comparison), any);
            case Expr.Case(var subject, var whens, var otherwise, var type) ->
                new Expr.Case(subject, whens, otherwise, type(type));
            case Expr.Coalesce(var arguments, var type) -> new Expr.Coalesce(arguments, type(type));
            case Expr.Extreme(var greatest, var arguments, var type) ->
                new Expr.Extreme(greatest, arguments, type(type));
            case Expr.Cast(var operand, var kind, var type) -> new Expr.Cast(operand, kind, type(type));
            case Expr.ArrayOf(var elements, var type) -> new Expr.ArrayOf(elements, type(type));
            case Expr.Row(var fields, var type) -> new Expr.Row(fields, type(type));
            case Expr.Field(var operand, var number, var type) -> new Expr.Field(operand, number, type(type));
            case Expr.Subquery(var kind, var test, var query, var type) ->
                new Expr.Subquery(kind, test, of(query), type(type));
            case Expr.Opaque(var node, var parts, var type) -> new Expr.Opaque(node, parts, type(type));
            case Expr.And _, Expr.Or _, Expr.Not _, Expr.NullTest _, Expr.BooleanTest _ -> expr;
        };
    }

    private Expr column(Expr.Column column) {
        var number = column.table()
                .map(table -> numbers.column(table, column.number()))
                .orElse(column.number());
        Optional<Long> table = column.table().map(numbers::relation);
        return new Expr.Column(
                column.level(), column.source(), number, table, column.alias(), column.name(), type(column.type()));
    }

    /// Renumbers the operator; its operands already have their numbers.
    private Expr.Operator operator(Expr.Operator operator) {
        return new Expr.Operator(
                numbers.operator(operator.operator()),
                numbers.function(operator.function()),
                operator.operands(),
                type(operator.type()),
                operator.collation());
    }

    private Query of(Query query) {
        var mapped = query.map(this::of, this::of);
        var sources = mapped.sources().stream()
                .map(source -> source instanceof Query.Source.Table(var oid, var alias)
                        ? new Query.Source.Table(numbers.relation(oid), alias)
                        : source)
                .toList();
        return new Query(
                mapped.command(),
                sources,
                mapped.on(),
                mapped.where(),
                mapped.targets(),
                mapped.others(),
                mapped.shape(),
                mapped.commons(),
                mapped.change());
    }

    private long type(long oid) {
        return numbers.type(oid);
    }
}
