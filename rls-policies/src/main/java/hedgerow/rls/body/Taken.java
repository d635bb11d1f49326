package hedgerow.rls.body;

import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import java.util.ArrayList;
import java.util.List;

/// The effect on the variables that take the row of a query.
///
/// @param query with its outputs converted to the variables' types
/// @param variables that take its outputs
/// @param rest variables without an output
/// @param given variables that are true if there is a row
/// @param changed variables that may have any value afterwards
record Taken(Query query, List<Integer> variables, List<Integer> rest, List<Integer> given, List<Integer> changed) {

    static List<Query.Target> outputs(Query query) {
        return query.change()
                .map(Query.Change::returning)
                .orElseGet(() -> query.targets().stream()
                        .filter(target -> !target.junk())
                        .toList());
    }

    /// Takes the first row of the query, if it has one.
    List<Step> into(VariableList types) {
        var exists = Fragments.exists(query);
        return query.change().isPresent()
                ? steps(new Step.Write(query, variables), List.of(), given, types)
                : steps(
                        new Step.Into(variables, query),
                        given.stream()
                                .map(flag -> new Step.Assign(flag, exists))
                                .toList(),
                        List.of(),
                        types);
    }

    /// Takes any row of the query.
    List<Step> each(VariableList types) {
        var row = query.change().isPresent() ? new Step.Write(query, variables) : new Step.Each(variables, query);
        var flags = given.stream().map(flag -> new Step.Assign(flag, Expr.TRUE)).toList();
        return steps(row, flags, List.of(), types);
    }

    /// Takes no row.
    List<Step> nothing(VariableList types) {
        var steps = new ArrayList<Step>();
        variables.forEach(variable -> steps.add(new Step.Assign(variable, Fragments.nothing(types.type(variable)))));
        rest.forEach(variable -> steps.add(new Step.Assign(variable, Fragments.nothing(types.type(variable)))));
        given.forEach(flag -> steps.add(new Step.Assign(flag, Expr.FALSE)));
        steps.addAll(Plpgsql.unknown(changed, "a part of a variable"));
        return steps;
    }

    /// The flags are set first, because the query may refer to variables that it fills.
    private List<Step> steps(Step row, List<Step.Assign> flags, List<Integer> unclear, VariableList types) {
        var steps = new ArrayList<Step>(flags);
        steps.add(row);
        rest.forEach(variable -> steps.add(new Step.Assign(variable, Fragments.nothing(types.type(variable)))));
        steps.addAll(Plpgsql.unknown(unclear, "whether there is a row"));
        steps.addAll(Plpgsql.unknown(changed, "a part of a variable"));
        return steps;
    }
}
