package hedgerow.rls.body;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.ExprPrinter;
import hedgerow.rls.expr.Names;
import hedgerow.rls.expr.Query;
import java.util.List;
import java.util.stream.Collectors;

/// Steps as lines that a test can compare; variables have their names.
final class Printed {

    private final Body body;
    private final ExprPrinter printer;

    Printed(Body body, Names names) {
        this.body = body;
        this.printer = new ExprPrinter(names);
    }

    /// One line for each way.
    String ways() {
        return body.missing().map("missing: "::concat).orElseGet(() -> body.ways().stream()
                .map(this::way)
                .collect(Collectors.joining("\n")));
    }

    private String way(Way way) {
        return way.steps().stream().map(this::step).collect(Collectors.joining("; "));
    }

    private String step(Step step) {
        return switch (step) {
            case Step.Guard(var condition, var truth) -> (truth ? "if " : "unless ") + print(condition);
            case Step.Assign(var variable, var value) -> name(variable) + " := " + print(value);
            case Step.Unknown(var variables, var ignored) -> names(variables) + " := ?";
            case Step.Into(var variables, var query) -> names(variables) + " := " + print(query);
            case Step.Each(var variables, var query) -> names(variables) + " in " + print(query);
            case Step.Perform(var query) -> "perform " + print(query);
            case Step.Write(var query, var into) ->
                "write " + print(query) + (into.isEmpty() ? "" : " into " + names(into));
            case Step.Return(var query, var kind) ->
                "return " + kind + query.map(what -> " " + print(what)).orElse("");
            case Step.Raise(var level) -> "raise " + level;
        };
    }

    private String names(List<Integer> variables) {
        return variables.stream().map(this::name).collect(Collectors.joining(", "));
    }

    private String name(int variable) {
        return body.variables().get(variable - 1).name();
    }

    private String print(Expr expr) {
        return named(printer.print(expr));
    }

    private String print(Query query) {
        var subquery = new Expr.Subquery(Expr.Subquery.Kind.CTE, java.util.Optional.empty(), query, 0);
        return query.command() + print(subquery)
                + query.change().map(what -> " " + what.returning().stream()
                        .map(target -> print(target.expression())).toList()).orElse("");
    }

    private String named(String text) {
        return java.util.regex.Pattern.compile("\\$(\\d+)")
                .matcher(text)
                .replaceAll(match -> {
                    var name = name(Integer.parseInt(match.group(1)));
                    return name.isEmpty() ? "\\" + match.group() : name;
                });
    }
}
