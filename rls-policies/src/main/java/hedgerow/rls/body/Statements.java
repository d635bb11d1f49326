package hedgerow.rls.body;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Translates the statements of plpgsql that contain no others.
final class Statements {

    private static final Set<String> QUIET = Set.of("debug", "log", "info", "notice", "warning");

    private final Function function;
    private final Fragments fragments;
    private final VariableList variables;
    private final Targets targets;
    private final Optional<Integer> found;
    private final List<Integer> outputs;

    /// A translator for one body.
    ///
    /// @param found number of FOUND, if the body reads it
    /// @param outputs numbers of the output arguments
    Statements(
            Function function,
            Fragments fragments,
            VariableList variables,
            Targets targets,
            Optional<Integer> found,
            List<Integer> outputs) {
        this.function = function;
        this.fragments = fragments;
        this.variables = variables;
        this.targets = targets;
        this.found = found;
        this.outputs = outputs;
    }

    List<Path> paths(List<Token> tokens, Scope scope) {
        if (tokens.isEmpty()) {
            return next(List.of());
        }
        var rest = tokens.subList(1, tokens.size());
        var equals = equals(tokens);
        if (equals > 0) {
            return next(targets.assigned(tokens.subList(0, equals), tokens.subList(equals + 1, tokens.size()), scope));
        }
        return switch (tokens.getFirst().text().toLowerCase(Locale.ROOT)) {
            case "null" -> next(List.of());
            case "raise" -> raised(rest, scope);
            case "assert" -> next(List.of(new Step.Perform(fragments.selected(rest, scope))));
            case "return" -> returned(rest, scope);
            case "perform" -> next(performed(fragments.selected(rest, scope)));
            case "select", "insert", "update", "delete", "merge", "with", "values", "table", "(" ->
                next(sql(tokens, scope));
            case "get" -> next(diagnosed(rest, scope));
            case "lock", "notify", "analyze", "comment" -> next(List.of());
            case "set" -> next(set(tokens));
            case "execute" -> next(executed(rest, scope));
            default -> throw new NotModelled(Token.text(tokens));
        };
    }

    VariableList variables() {
        return variables;
    }

    Taken taken(List<Token> names, Query query, Scope scope) {
        return targets.taken(names, query, scope);
    }

    /// Translates `EXECUTE 'text' [INTO targets] [USING expressions]`, which does not set FOUND.
    private List<Step> executed(List<Token> rest, Scope scope) {
        var execution = Execution.of(rest);
        var steps = new ArrayList<Step>();
        var query = executed(execution, steps, scope);
        if (!execution.targets().isEmpty()) {
            steps.addAll(targets.taken(execution.targets(), query, scope).into(variables));
        } else {
            steps.add(query.change().isPresent() ? new Step.Write(query, List.of()) : new Step.Perform(query));
        }
        return steps;
    }

    /// The executed query, which knows no variable.
    ///
    /// @param before gets the steps that evaluate its parameters
    Query executed(Execution execution, List<Step> before, Scope scope) {
        var parameters = new ArrayList<Integer>();
        for (var expression : execution.parameters()) {
            var value = fragments.selected(expression, scope);
            var type = Fragments.value(value).type();
            if (type == 0) {
                throw new NotModelled("the type of " + Token.text(expression));
            }
            var parameter = variables.local("$" + (parameters.size() + 1), type);
            parameters.add(parameter);
            before.addAll(targets.assigned(parameter, value));
        }
        return fragments.query(execution.text(parameters), Scope.of(""));
    }

    private static List<Path> next(List<Step> steps) {
        return List.of(Path.of(steps));
    }

    /// The place of the assignment operator, or -1.
    private static int equals(List<Token> tokens) {
        var depth = 0;
        for (var i = 1; i < tokens.size(); i++) {
            var token = tokens.get(i);
            depth += token.isSymbol("[") ? 1 : 0;
            depth -= token.isSymbol("]") ? 1 : 0;
            if (depth == 0 && (token.isSymbol(":=") || token.isSymbol("="))) {
                return tokens.getFirst().isWord("set") && i > 1 ? -1 : i;
            }
            if (depth == 0
                    && !token.isSymbol("]")
                    && !token.isSymbol(".")
                    && !(token.isName() && tokens.get(i - 1).isSymbol("."))) {
                return -1;
            }
        }
        return -1;
    }

    private static List<Step> set(List<Token> tokens) {
        if (tokens.size() > 1 && tokens.get(1).isWord("constraints")) {
            return List.of();
        }
        throw new NotModelled(Token.text(tokens));
    }

    /// The steps that set FOUND, if the body reads it.
    List<Step> found(boolean any) {
        return found.map(variable -> List.<Step>of(new Step.Assign(variable, any ? Expr.TRUE : Expr.FALSE)))
                .orElse(List.of());
    }

    private List<Step> found(Query query) {
        return found.<List<Step>>map(variable -> List.of(
                        query.change().isPresent()
                                ? new Step.Unknown(List.of(variable), "whether there is a row")
                                : new Step.Assign(variable, Fragments.exists(query))))
                .orElse(List.of());
    }

    private List<Step> performed(Query query) {
        var steps = new ArrayList<>(found(query));
        steps.add(new Step.Perform(query));
        return steps;
    }

    // --- SQL -----------------------------------------------------------------------------------------------------

    private List<Step> sql(List<Token> tokens, Scope scope) {
        var into = into(tokens);
        if (into < 0) {
            return run(fragments.query(tokens, scope));
        }
        var strict = into + 1 < tokens.size() && tokens.get(into + 1).isWord("strict");
        var start = into + (strict ? 2 : 1);
        var end = endOfTargets(tokens, start);
        var rest = new ArrayList<>(tokens.subList(0, into));
        rest.addAll(tokens.subList(end, tokens.size()));
        var query = fragments.query(rest, scope);
        var steps = new ArrayList<Step>();
        if (strict && query.change().isEmpty()) {
            steps.add(new Step.Guard(Fragments.exists(query), true));
        }
        var taken = targets.taken(tokens.subList(start, end), query, scope);
        if (query.change().isEmpty()) {
            steps.addAll(found(query));
        }
        steps.addAll(taken.into(variables));
        if (query.change().isPresent()) {
            steps.addAll(found(query));
        }
        return steps;
    }

    private List<Step> run(Query query) {
        if (query.change().isEmpty()) {
            return performed(query);
        }
        var steps = new ArrayList<Step>();
        steps.add(new Step.Write(query, List.of()));
        steps.addAll(found(query));
        return steps;
    }

    /// The place of plpgsql's own INTO, or -1.
    private static int into(List<Token> tokens) {
        var depth = 0;
        for (var i = 1; i < tokens.size(); i++) {
            var token = tokens.get(i);
            depth += token.isSymbol("(") || token.isSymbol("[") ? 1 : 0;
            depth -= token.isSymbol(")") || token.isSymbol("]") ? 1 : 0;
            var before = tokens.get(i - 1);
            if (depth == 0 && token.isWord("into") && !before.isWord("insert") && !before.isWord("merge")) {
                return i;
            }
        }
        return -1;
    }

    private static int endOfTargets(List<Token> tokens, int start) {
        var i = start + 1;
        while (i < tokens.size()) {
            var joins = tokens.get(i).isSymbol(".") || tokens.get(i).isSymbol(",");
            var joined = tokens.get(i - 1).isSymbol(".") || tokens.get(i - 1).isSymbol(",");
            if (!joins && !joined) {
                break;
            }
            i++;
        }
        return i;
    }

    private List<Step> diagnosed(List<Token> rest, Scope scope) {
        var items = rest.stream()
                .filter(token -> !token.isWord("current") && !token.isWord("stacked") && !token.isWord("diagnostics"))
                .toList();
        var changed = Targets.split(items).stream()
                .map(item -> scope.find(List.of(item.getFirst().name())))
                .flatMap(Optional::stream)
                .flatMap(named ->
                        named instanceof Named.Scalar(var number) ? Stream.of(number) : Stream.<Integer>empty())
                .toList();
        return Plpgsql.unknown(changed, "GET DIAGNOSTICS");
    }

    // --- the end -------------------------------------------------------------------------------------------------

    /// Translates `RAISE [level] [format | condition] [, expression ...] [USING option = expression, ...]`.
    private List<Path> raised(List<Token> rest, Scope scope) {
        var level = rest.isEmpty() ? "" : rest.getFirst().text().toLowerCase(Locale.ROOT);
        var steps = new ArrayList<Step>();
        for (var argument : arguments(rest)) {
            steps.add(new Step.Tell(fragments.selected(argument, scope)));
        }
        if (QUIET.contains(level)) {
            return next(steps);
        }
        steps.add(new Step.Raise("EXCEPTION"));
        return List.of(Path.last(steps));
    }

    /// The expressions of RAISE, which reach the caller.
    private static List<List<Token>> arguments(List<Token> rest) {
        var using = rest.stream().map(token -> token.isWord("using")).toList().indexOf(true);
        var arguments = Targets.split(rest.subList(0, using < 0 ? rest.size() : using));
        var shown = new ArrayList<>(arguments.subList(1, arguments.size()));
        if (using >= 0) {
            for (var option : Targets.split(rest.subList(using + 1, rest.size()))) {
                if (option.size() < 3
                        || !option.get(1).isSymbol("=") && !option.get(1).isSymbol(":=")) {
                    throw new NotModelled("RAISE " + Token.text(rest));
                }
                shown.add(option.subList(2, option.size()));
            }
        }
        return shown;
    }

    /// Translates RETURN, and the end of a body.
    List<Path> returned(List<Token> rest, Scope scope) {
        if (rest.isEmpty()) {
            return List.of(Path.last(List.of(end(scope))));
        }
        if (rest.getFirst().isWord("query") && rest.size() > 1) {
            return next(rows(rest.subList(1, rest.size()), scope));
        }
        if (rest.getFirst().isWord("next")) {
            var query = rest.size() > 1 ? fragments.selected(rest.subList(1, rest.size()), scope) : outputs(scope);
            return next(List.of(new Step.Return(Optional.of(query), Step.Kind.NEXT)));
        }
        return List.of(Path.last(List.of(value(rest, scope))));
    }

    private Step value(List<Token> rest, Scope scope) {
        var word = rest.size() == 1 ? rest.getFirst().text().toLowerCase(Locale.ROOT) : "";
        if (function.returnType() == RowTypes.TRIGGER || word.equals("null")) {
            switch (word) {
                case "null" -> {
                    return new Step.Return(Optional.empty(), Step.Kind.NULL);
                }
                case "new" -> {
                    return new Step.Return(Optional.empty(), Step.Kind.NEW);
                }
                case "old" -> {
                    return new Step.Return(Optional.empty(), Step.Kind.OLD);
                }
                default -> {}
            }
        }
        return new Step.Return(Optional.of(fragments.selected(rest, scope)), Step.Kind.VALUE);
    }

    private Step end(Scope scope) {
        if (!outputs.isEmpty() && !function.returnsSet()) {
            return new Step.Return(Optional.of(outputs(scope)), Step.Kind.VALUE);
        }
        var empty = function.returnsSet()
                || function.returnType() == RowTypes.VOID
                || function.kind() == Function.Kind.PROCEDURE;
        return empty ? new Step.Return(Optional.empty(), Step.Kind.NOTHING) : new Step.Raise("EXCEPTION");
    }

    private Query outputs(Scope scope) {
        var list = outputs.stream().map(number -> "$" + number).collect(Collectors.joining(", "));
        return fragments.query("select " + list, List.of(), scope);
    }

    private List<Step> rows(List<Token> tokens, Scope scope) {
        var steps = new ArrayList<Step>();
        var query = tokens.getFirst().isWord("execute")
                ? executed(Execution.of(tokens.subList(1, tokens.size())), steps, scope)
                : fragments.query(tokens, scope);
        steps.addAll(query.change().isPresent() ? run(query) : found(query));
        steps.add(new Step.Return(Optional.of(query), Step.Kind.QUERY));
        return steps;
    }
}
