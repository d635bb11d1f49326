package hedgerow.rls.body;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The left side of assignments, INTO and FOR.
final class Targets {

    private final Fragments fragments;
    private final VariableList variables;

    Targets(Fragments fragments, VariableList variables) {
        this.fragments = fragments;
        this.variables = variables;
    }

    /// The variables for a list of names.
    ///
    /// @param names separated by commas
    Taken taken(List<Token> names, Query query, Scope scope) {
        var outputs = Taken.outputs(query);
        var targets = split(names).stream().map(target -> find(target, scope)).toList();
        return targets.size() == 1 && targets.getFirst() instanceof Named.Composite composite
                ? whole(composite, outputs, query)
                : scalars(targets, names, outputs, query);
    }

    static List<List<Token>> split(List<Token> list) {
        var parts = new ArrayList<List<Token>>();
        var start = 0;
        var depth = 0;
        for (var i = 0; i < list.size(); i++) {
            var token = list.get(i);
            depth += token.isSymbol("(") || token.isSymbol("[") ? 1 : 0;
            depth -= token.isSymbol(")") || token.isSymbol("]") ? 1 : 0;
            if (depth == 0 && token.isSymbol(",")) {
                parts.add(list.subList(start, i));
                start = i + 1;
            }
        }
        parts.add(list.subList(start, list.size()));
        return parts;
    }

    /// The meaning of `a`, `a.b` or `a.b.c` as a target.
    private static Named find(List<Token> target, Scope scope) {
        var path = target.stream().filter(Token::isName).map(Token::name).toList();
        var known = target.size() == 2 * path.size() - 1 ? scope.find(path) : Optional.<Named>empty();
        return known.orElseThrow(() -> new NotModelled("the variable " + Token.text(target)));
    }

    private Taken whole(Named.Composite composite, List<Query.Target> outputs, Query query) {
        if (composite.rowType().isEmpty()) {
            outputs.forEach(output -> field(composite, output));
            return taken(
                    outputs.stream()
                            .map(output -> composite.fields().get(output.name()))
                            .toList(),
                    composite,
                    query);
        }
        var fields = composite.variables();
        return outputs.size() == 1 && fields.size() > 1
                ? new Taken(query, List.of(), List.of(), List.of(), everything(composite))
                : taken(fields, composite, query);
    }

    private static List<Integer> everything(Named.Composite composite) {
        var all = new ArrayList<>(composite.variables());
        if (composite.given() != 0) {
            all.add(composite.given());
        }
        return all;
    }

    /// Adds a field. A record has the fields of the query that fills it.
    private void field(Named.Composite composite, Query.Target output) {
        var type = output.expression().type();
        if (type == 0) {
            throw new NotModelled("the type of the field " + output.name());
        }
        var known = composite.fields().get(output.name());
        if (known == null || variables.type(known) != type) {
            composite.fields().put(output.name(), variables.local(output.name(), type));
        }
    }

    private Taken taken(List<Integer> fields, Named.Composite composite, Query query) {
        var given = composite.given() == 0 ? List.<Integer>of() : List.of(composite.given());
        return taken(fields, given, query);
    }

    private Taken taken(List<Integer> into, List<Integer> given, Query query) {
        var outputs = fragments.cast(Taken.outputs(query), into);
        var filled = into.subList(0, Math.min(into.size(), outputs.size()));
        var cast = query.change().isPresent() ? query.withReturning(outputs) : query.withTargets(outputs);
        return new Taken(cast, filled, into.subList(filled.size(), into.size()), given, List.of());
    }

    private Taken scalars(List<Named> targets, List<Token> names, List<Query.Target> outputs, Query query) {
        return taken(
                IntStream.range(0, targets.size())
                        .mapToObj(i -> scalar(targets.get(i), names))
                        .toList(),
                List.of(),
                query);
    }

    private static int scalar(Named target, List<Token> names) {
        if (target instanceof Named.Scalar(var variable)) {
            return variable;
        }
        throw new NotModelled("the variables " + Token.text(names));
    }

    /// Translates `target := expression`.
    List<Step> assigned(List<Token> target, List<Token> expression, Scope scope) {
        var query = fragments.selected(expression, scope);
        if (target.stream().anyMatch(token -> token.isSymbol("["))) {
            return part(target, query, scope);
        }
        return switch (find(target, scope)) {
            case Named.Scalar(var variable) -> assigned(variable, query);
            case Named.Composite composite -> assigned(composite, expression, query, scope);
        };
    }

    List<Step> assigned(int variable, Query query) {
        return query.isBare()
                ? List.of(new Step.Assign(variable, fragments.cast(Fragments.value(query), variables.type(variable))))
                : taken(List.of(variable), List.of(), query).into(variables);
    }

    /// Assigns an element of an array: the rest of the array stays.
    private List<Step> part(List<Token> target, Query query, Scope scope) {
        var array = target.subList(
                0,
                IntStream.range(0, target.size())
                        .filter(i -> target.get(i).isSymbol("["))
                        .findFirst()
                        .orElseThrow());
        var changed = find(array, scope) instanceof Named.Scalar(var variable) ? List.of(variable) : List.<Integer>of();
        return Stream.concat(
                        Stream.<Step>of(new Step.Perform(query)),
                        Plpgsql.unknown(changed, "an element of " + Token.text(array)).stream())
                .toList();
    }

    /// Assigns a row. A copy of another record is one of its fields; of any other row, the fields may have
    /// any value.
    private List<Step> assigned(Named.Composite composite, List<Token> expression, Query query, Scope scope) {
        var copied = expression.size() == 1 && expression.getFirst().isName()
                ? scope.find(List.of(expression.getFirst().name()))
                : Optional.<Named>empty();
        if (copied.isPresent() && copied.get() instanceof Named.Composite other) {
            return copied(composite, other, scope);
        }
        if (composite.rowType().isEmpty()) {
            throw new NotModelled("a record of " + Token.text(expression));
        }
        var steps = new ArrayList<Step>();
        steps.add(new Step.Perform(query));
        steps.addAll(Plpgsql.unknown(everything(composite), "a row as a whole"));
        return steps;
    }

    private List<Step> copied(Named.Composite composite, Named.Composite other, Scope scope) {
        var condition = fragments.query("select " + other.condition(), List.of(), scope);
        var columns = other.fields().isEmpty() ? "" : other.columns();
        var query = fragments.query("select " + columns, List.of(), scope);
        var taken = whole(composite, Taken.outputs(query), query);
        var steps = new ArrayList<Step>();
        taken.given().forEach(flag -> steps.add(new Step.Assign(flag, Fragments.value(condition))));
        for (var i = 0; i < taken.variables().size(); i++) {
            Expr value = taken.query().targets().get(i).expression();
            steps.add(new Step.Assign(taken.variables().get(i), value));
        }
        steps.addAll(Plpgsql.unknown(taken.changed(), "a row as a whole"));
        return steps;
    }
}
