package hedgerow.rls.body;

import java.util.ArrayList;
import java.util.List;

/// The variables of a body, in the order of their appearance.
final class VariableList {

    private final RowTypes rowTypes;
    private final List<Variable> variables = new ArrayList<>();
    private final List<String> types = new ArrayList<>();

    VariableList(RowTypes rowTypes) {
        this.rowTypes = rowTypes;
    }

    /// Adds a variable.
    ///
    /// @return its number
    int add(String name, long type, Variable.Kind kind, int column) {
        types.add(rowTypes.spelled(type));
        variables.add(new Variable(name, type, kind, column));
        return variables.size();
    }

    int local(String name, long type) {
        return add(name, type, Variable.Kind.LOCAL, 0);
    }

    long type(int number) {
        return variables.get(number - 1).type();
    }

    List<Variable> all() {
        return List.copyOf(variables);
    }

    /// The types in SQL syntax.
    List<String> types() {
        return types;
    }
}
