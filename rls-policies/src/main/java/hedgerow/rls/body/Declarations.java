package hedgerow.rls.body;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Relation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Adds the variables of DECLARE to a scope.
final class Declarations {

    private final VariableList variables;
    private final RowTypes rowTypes;
    private final Targets targets;

    Declarations(VariableList variables, RowTypes rowTypes, Targets targets) {
        this.variables = variables;
        this.rowTypes = rowTypes;
        this.targets = targets;
    }

    int local(String name, long type, Scope scope) {
        var number = variables.local(name, type);
        scope.names().put(name, new Named.Scalar(number));
        return number;
    }

    /// Reads a declaration, `name [CONSTANT] type [COLLATE collation] [NOT NULL] [:= expression]`.
    List<Step> steps(List<Token> declaration, Scope scope) {
        if (declaration.size() < 2 || !declaration.getFirst().isName()) {
            throw new NotModelled("the declaration " + Token.text(declaration));
        }
        var name = declaration.getFirst();
        if (declaration.get(1).isWord("alias")) {
            alias(declaration, scope);
            return List.of();
        }
        var start = declaration.get(1).isWord("constant") ? 2 : 1;
        var end = end(declaration, start);
        declare(name.name(), declaration.subList(start, end), scope);
        var value = IntStream.range(end, declaration.size())
                .filter(i -> isDefault(declaration.get(i)))
                .mapToObj(i -> declaration.subList(i + 1, declaration.size()))
                .findFirst();
        return value.map(expression -> targets.assigned(List.of(name), expression, scope))
                .orElse(List.of());
    }

    private static int end(List<Token> declaration, int start) {
        return IntStream.range(start, declaration.size())
                .filter(i -> isDefault(declaration.get(i))
                        || declaration.get(i).isWord("not")
                        || declaration.get(i).isWord("collate"))
                .findFirst()
                .orElse(declaration.size());
    }

    private static boolean isDefault(Token token) {
        return token.isSymbol(":=") || token.isSymbol("=") || token.isWord("default");
    }

    private static void alias(List<Token> declaration, Scope scope) {
        var path = declaration.subList(3, declaration.size()).stream()
                .filter(token -> !token.isSymbol("."))
                .map(token -> token.isName() ? token.name() : token.text())
                .toList();
        var named = scope.find(path).orElseThrow(() -> new NotModelled(Token.text(declaration)));
        scope.names().put(declaration.getFirst().name(), named);
    }

    private void declare(String name, List<Token> type, Scope scope) {
        var text = Token.text(type);
        if (type.size() == 1 && type.getFirst().isWord("record")) {
            scope.names().put(name, Named.Composite.of(Optional.empty(), variables.local(name, RowTypes.BOOL)));
        } else if (type.getLast().isWord("rowtype")) {
            var table = rowTypes.table(Token.text(type.subList(0, type.size() - 2)));
            row(name, table.orElseThrow(() -> new NotModelled("a variable of type " + text)), scope);
        } else if (type.getLast().isWord("type") && type.size() > 2) {
            likeAnother(name, type.subList(0, type.size() - 2), scope);
        } else {
            var oid = rowTypes.type(text).orElseThrow(() -> new NotModelled("a variable of type " + text));
            rowTypes.relation(oid).ifPresentOrElse(table -> row(name, table, scope), () -> local(name, oid, scope));
        }
    }

    /// Declares a variable with another's type, `variable%TYPE` or `table.column%TYPE`.
    private void likeAnother(String name, List<Token> other, Scope scope) {
        var path = other.stream().filter(Token::isName).map(Token::name).toList();
        var variable = scope.find(path);
        if (variable.isPresent() && variable.get() instanceof Named.Scalar(var number)) {
            local(name, variables.type(number), scope);
            return;
        }
        var type = other.size() < 3
                ? Optional.<Column>empty()
                : rowTypes.table(Token.text(other.subList(0, other.size() - 2)))
                        .flatMap(table -> table.column(path.getLast()));
        local(
                name,
                type.map(Column::type)
                        .orElseThrow(() -> new NotModelled("a variable of type " + Token.text(other) + "%type")),
                scope);
    }

    /// Declares a variable for each column, and one that states whether there is a row.
    void row(String name, Relation table, Scope scope) {
        var row = Named.Composite.of(Optional.of(RowTypes.spelled(table)), variables.local(name, RowTypes.BOOL));
        table.columns()
                .forEach(column ->
                        row.fields().put(column.name(), variables.local(name + "." + column.name(), column.type())));
        scope.names().put(name, row);
    }

    /// Declares NEW or OLD, one of which is NULL in some events.
    void row(String name, Variable.Kind kind, Relation table, String condition, Scope scope) {
        var numbers = new ArrayList<Integer>();
        table.columns()
                .forEach(column ->
                        numbers.add(variables.add(name + "." + column.name(), column.type(), kind, column.number())));
        var row = new Named.Composite(Optional.of(RowTypes.spelled(table)), condition, 0, new LinkedHashMap<>());
        for (var i = 0; i < numbers.size(); i++) {
            row.fields().put(table.columns().get(i).name(), numbers.get(i));
        }
        scope.names().put(name, row);
    }
}
