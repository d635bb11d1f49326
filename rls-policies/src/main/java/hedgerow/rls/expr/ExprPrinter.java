package hedgerow.rls.expr;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Prints expressions as SQL for people to read. It is not meant to be run: an unreadable part is `…`.
public final class ExprPrinter {

    private final Names names;

    public ExprPrinter(Names names) {
        this.names = names;
    }

    public String print(Expr expr) {
        return switch (expr) {
            case Expr.Column column -> column.alias().isEmpty() ? column.name() : column.alias() + "." + column.name();
            case Expr.Constant constant -> constant(constant);
            case Expr.Parameter(var number, var ignored) -> "$" + number;
            case Expr.Output _, Expr.Subject _ -> "?";
            case Expr.SessionValue(var kind, var ignored) -> kind.name().toLowerCase(Locale.ROOT);
            case Expr.Call call -> "%s(%s)".formatted(function(call.function()), list(call.arguments()));
            case Expr.Inlined(var call, var ignored) -> print(call);
            case Expr.Operator operator -> operator(operator);
            case Expr.And(var operands) -> joined(operands, " AND ");
            case Expr.Or(var operands) -> joined(operands, " OR ");
            case Expr.Not(var operand) -> "NOT " + nested(operand);
            case Expr.NullTest(var operand, var isNull, var ignored) ->
                nested(operand) + (isNull ? " IS NULL" : " IS NOT NULL");
            case Expr.BooleanTest(var operand, var kind) -> nested(operand) + " " + words(kind);
            case Expr.Distinct(var equality) -> infix(equality.operands(), "IS DISTINCT FROM");
            case Expr.NullIf(var equality) -> "NULLIF(%s)".formatted(list(equality.operands()));
            case Expr.Case branches -> caseOf(branches);
            case Expr.Coalesce(var arguments, var ignored) -> "COALESCE(%s)".formatted(list(arguments));
            case Expr.Extreme(var greatest, var arguments, var ignored) ->
                "%s(%s)".formatted(greatest ? "GREATEST" : "LEAST", list(arguments));
            case Expr.Cast cast -> cast(cast);
            case Expr.Quantified(var comparison, var any) -> quantified(comparison, any);
            case Expr.ArrayOf(var elements, var ignored) -> "ARRAY[%s]".formatted(list(elements));
            case Expr.Row(var fields, var ignored) -> "ROW(%s)".formatted(list(fields));
            case Expr.Field(var operand, var number, var ignored) -> "(%s).#%d".formatted(print(operand), number);
            case Expr.Subquery subquery -> subquery(subquery);
            case Expr.Opaque _ -> "…";
        };
    }

    private static String constant(Expr.Constant constant) {
        return switch (constant.value()) {
            case Value.Null _ -> "NULL";
            case Value.Bool(var truth) -> Boolean.toString(truth);
            case Value.Int(var number) -> Long.toString(number);
            case Value.Decimal(var number) -> number.toPlainString();
            case Value.Text(var text) -> quoted(text);
            case Value.Uuid(var uuid) -> quoted(uuid.toString());
            case Value.Json(var json) -> quoted(json.toString());
            case Value.Array _, Value.Unknown _, Value.Failed _ -> "'…'";
        };
    }

    private static String quoted(String text) {
        return "'%s'".formatted(text.replace("'", "''"));
    }

    private String function(long oid) {
        return names.routine(oid)
                .map(routine -> routine.builtin() ? routine.name() : routine.schema() + "." + routine.name())
                .orElse("…");
    }

    private String symbol(long operator) {
        return names.operator(operator).orElse("?");
    }

    private String operator(Expr.Operator expr) {
        var symbol = symbol(expr.operator());
        var operands = expr.operands();
        return operands.size() == 1 ? symbol + " " + nested(operands.getFirst()) : infix(operands, symbol);
    }

    private String infix(List<Expr> operands, String symbol) {
        return "%s %s %s".formatted(nested(operands.getFirst()), symbol, nested(operands.getLast()));
    }

    private String quantified(Expr.Operator comparison, boolean any) {
        return "%s %s %s (%s)"
                .formatted(
                        nested(comparison.operands().getFirst()),
                        symbol(comparison.operator()),
                        any ? "ANY" : "ALL",
                        print(comparison.operands().getLast()));
    }

    private String list(List<Expr> operands) {
        return operands.stream().map(this::print).collect(Collectors.joining(", "));
    }

    private String joined(List<Expr> operands, String word) {
        return operands.stream().map(this::nested).collect(Collectors.joining(word));
    }

    /// Prints a part, in parentheses unless it cannot be misread.
    private String nested(Expr expr) {
        return switch (expr) {
            case Expr.And _,
                    Expr.Or _,
                    Expr.Not _,
                    Expr.Operator _,
                    Expr.Distinct _,
                    Expr.Quantified _,
                    Expr.NullTest _,
                    Expr.BooleanTest _ -> "(%s)".formatted(print(expr));
            default -> print(expr);
        };
    }

    private static String words(Expr.BooleanTest.Kind kind) {
        return kind.name().replace('_', ' ');
    }

    private String caseOf(Expr.Case branches) {
        var subject = branches.subject().map(expr -> " " + print(expr)).orElse("");
        var whens = branches.whens().stream()
                .map(when -> " WHEN %s THEN %s".formatted(print(when.condition()), print(when.result())))
                .collect(Collectors.joining());
        var otherwise = branches.otherwise().map(expr -> " ELSE " + print(expr)).orElse("");
        return "CASE%s%s%s END".formatted(subject, whens, otherwise);
    }

    private String cast(Expr.Cast cast) {
        return switch (cast.kind()) {
            case RELABEL, COLLATE -> print(cast.operand());
            case IO, ARRAY, ROW, DOMAIN ->
                "%s::%s"
                        .formatted(
                                nested(cast.operand()), names.type(cast.type()).orElse("…"));
        };
    }

    private String subquery(Expr.Subquery subquery) {
        var query = "(%s)".formatted(query(subquery.query()));
        return switch (subquery.kind()) {
            case EXISTS -> "EXISTS " + query;
            case ANY, ALL, ROW_COMPARE ->
                subquery.test().map(this::print).orElse("?") + " " + subquery.kind() + " " + query;
            case ARRAY -> "ARRAY" + query;
            case SCALAR, MULTI, CTE -> query;
        };
    }

    private String query(Query query) {
        var targets = query.targets().stream()
                .filter(target -> !target.junk())
                .map(target -> print(target.expression()))
                .collect(Collectors.joining(", "));
        var sources = query.sources().stream()
                .filter(source -> !(source instanceof Query.Source.Other || source instanceof Query.Source.Values))
                .map(this::source)
                .collect(Collectors.joining(", "));
        var where = query.where().map(expr -> " WHERE " + print(expr)).orElse("");
        return "SELECT %s%s%s".formatted(targets, sources.isEmpty() ? "" : " FROM " + sources, where);
    }

    private String source(Query.Source source) {
        return switch (source) {
            case Query.Source.Table(var oid, var alias) ->
                "%s %s".formatted(names.relation(oid).orElse("…"), alias);
            case Query.Source.Derived(var query, var alias) -> "(%s) %s".formatted(query(query), alias);
            case Query.Source.CommonUse(var name, var level, var alias) -> "%s %s".formatted(name, alias);
            case Query.Source.Functions(var calls, var alias) -> "%s %s".formatted(list(calls), alias);
            case Query.Source.Through(var query, var ignored, var alias) -> "(%s) %s".formatted(query(query), alias);
            case Query.Source.Union(var queries, var alias) ->
                queries.stream().map(this::query).collect(Collectors.joining(" UNION ALL ", "(", ") " + alias));
            case Query.Source.Values values -> values.alias();
            case Query.Source.Other other -> other.alias();
        };
    }
}
