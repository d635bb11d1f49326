package hedgerow.rls.body;

import hedgerow.rls.body.Path.End;
import hedgerow.rls.body.Statement.Head;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The control flow of a plpgsql body.
///
/// A loop is taken not at all, or once, after any number of times: the variables that it assigns may have
/// any value before it. The handler of an exception may begin at any point of its block.
final class Plpgsql {

    private final Fragments fragments;
    private final Statements statements;
    private final Declarations declarations;

    Plpgsql(Fragments fragments, Statements statements, Declarations declarations) {
        this.fragments = fragments;
        this.statements = statements;
        this.declarations = declarations;
    }

    /// The ways through a body.
    ///
    /// @param scope of the arguments
    List<Way> ways(Statement.Block body, Scope scope) {
        var paths = Path.joined(block(body, scope), statements.returned(List.of(), scope));
        return paths.stream().map(path -> new Way(path.steps())).toList();
    }

    private List<Path> sequence(List<Statement> sequence, Scope scope) {
        var paths = List.of(Path.of(List.of()));
        for (var statement : sequence) {
            paths = Path.joined(paths, paths(statement, scope));
        }
        return paths;
    }

    private List<Path> paths(Statement statement, Scope scope) {
        return switch (statement) {
            case Statement.Block block -> block(block, scope);
            case Statement.If(var branches, var otherwise) ->
                branches(branches, List.of(), Optional.of(otherwise), scope);
            case Statement.Case(var subject, var branches, var otherwise) ->
                branches(branches, subject, otherwise, scope);
            case Statement.Loop loop -> loop(loop, scope);
            case Statement.Leave leave -> leave(leave, scope);
            case Statement.Plain(var tokens) -> statements.paths(tokens, scope);
        };
    }

    private List<Path> block(Statement.Block block, Scope outer) {
        var scope = outer.within(block.label());
        var declared = new ArrayList<Step>();
        block.declarations().forEach(declaration -> declared.addAll(declarations.steps(declaration, scope)));
        var paths = sequence(block.body(), scope);
        var changed = unknown(Path.assigned(paths), "an exception");
        for (var handler : block.handlers()) {
            paths = Path.either(paths, Path.each(sequence(handler, scope), path -> path.after(changed)));
        }
        return Path.each(
                paths,
                path -> (path.end() == End.EXIT && isNamed(path, block.label()) ? path.as(End.NEXT) : path)
                        .after(declared));
    }

    private static boolean isNamed(Path path, String label) {
        return !label.isEmpty() && path.label().equals(label);
    }

    static List<Step> unknown(List<Integer> variables, String reason) {
        return variables.isEmpty() ? List.of() : List.of(new Step.Unknown(variables, reason));
    }

    /// The ways through branches. Without an ELSE, CASE raises an error.
    private List<Path> branches(
            List<Statement.Branch> branches, List<Token> subject, Optional<List<Statement>> otherwise, Scope scope) {
        var all = new ArrayList<Path>();
        var before = new ArrayList<Step>();
        for (var branch : branches) {
            var condition = condition(subject, branch.condition(), scope);
            var taken = Stream.concat(before.stream(), Stream.<Step>of(new Step.Guard(condition, true)))
                    .toList();
            all.addAll(Path.each(sequence(branch.body(), scope), path -> path.after(taken)));
            before.add(new Step.Guard(condition, false));
        }
        var rest = otherwise
                .map(body -> sequence(body, scope))
                .orElseGet(() -> List.of(Path.last(List.of(new Step.Raise("EXCEPTION")))));
        return Path.either(all, Path.each(rest, path -> path.after(before)));
    }

    private Expr condition(List<Token> subject, List<Token> condition, Scope scope) {
        if (subject.isEmpty()) {
            return truth(condition, scope);
        }
        var tokens = Stream.concat(subject.stream(), condition.stream()).toList();
        var text = "select (%s) in (%s)".formatted(Token.text(subject), Token.text(condition));
        return Fragments.value(fragments.query(text, tokens, scope));
    }

    private Expr truth(List<Token> condition, Scope scope) {
        return fragments.cast(Fragments.value(fragments.selected(condition, scope)), RowTypes.BOOL);
    }

    private List<Path> leave(Statement.Leave leave, Scope scope) {
        var end = leave.exits() ? End.EXIT : End.CONTINUE;
        if (leave.condition().isEmpty()) {
            return List.of(new Path(List.of(), end, leave.label()));
        }
        var condition = truth(leave.condition(), scope);
        return List.of(
                new Path(List.of(new Step.Guard(condition, true)), end, leave.label()),
                Path.of(List.of(new Step.Guard(condition, false))));
    }

    // --- loops ---------------------------------------------------------------------------------------------------

    /// The iterations of a loop.
    ///
    /// @param first the steps at the start of an iteration
    /// @param none the steps in place of all iterations
    /// @param after the steps after the last one
    private record Turns(Scope scope, List<Step> first, Optional<List<Step>> none, List<Step> after) {

        Turns after(List<Step> before) {
            return new Turns(scope, joined(before, first), none.map(steps -> joined(before, steps)), after);
        }

        private static List<Step> joined(List<Step> before, List<Step> steps) {
            return Stream.concat(before.stream(), steps.stream()).toList();
        }
    }

    private List<Path> loop(Statement.Loop loop, Scope scope) {
        var turns = turns(loop.head(), scope.within(loop.label()));
        var forever = loop.head() instanceof Head.Forever;
        var body = Path.each(sequence(loop.body(), turns.scope), path -> path.after(turns.first));
        var changed = unknown(Path.assigned(body), "a loop");
        var once = Path.each(
                body,
                path -> turned(path, loop.label(), forever).before(turns.after).after(changed));
        return Path.either(turns.none.map(none -> List.of(Path.of(none))).orElse(List.of()), once);
    }

    private static Path turned(Path path, String label, boolean forever) {
        var own = path.label().isEmpty() || isNamed(path, label);
        return switch (path.end()) {
            case EXIT -> own ? path.as(End.NEXT) : path;
            case CONTINUE -> own ? path.as(forever ? End.NOTHING : End.NEXT) : path;
            case NEXT -> forever ? path.as(End.NOTHING) : path;
            case NOTHING -> path;
        };
    }

    private Turns turns(Head head, Scope scope) {
        return switch (head) {
            case Head.Forever _ -> new Turns(scope, List.of(), Optional.empty(), List.of());
            case Head.While(var condition) -> {
                var truth = truth(condition, scope);
                yield new Turns(
                        scope,
                        List.of(new Step.Guard(truth, true)),
                        Optional.of(List.of(new Step.Guard(truth, false))),
                        List.of());
            }
            case Head.Numbers(var variable, var range) -> numbers(variable, range, scope);
            case Head.Rows(var targets, var query) -> rows(targets, query, scope);
            case Head.Elements(var targets, var array) -> {
                var text = "select hedgerow_element from pg_catalog.unnest((%s)) hedgerow_element"
                        .formatted(Token.text(array));
                yield rows(targets, fragments.query(text, array, scope), scope);
            }
        };
    }

    /// The iterations over a range of numbers, whose variable belongs to the loop.
    private Turns numbers(List<Token> variable, List<Token> range, Scope scope) {
        var number = declarations.local(variable.getFirst().name(), RowTypes.INT, scope);
        var bounds = range.stream()
                .map(token ->
                        token.isSymbol("..") || token.isWord("by") ? new Token(Token.Kind.SYMBOL, ",", false) : token)
                .toList();
        return new Turns(
                scope,
                unknown(List.of(number), "a loop"),
                Optional.of(statements.found(false)),
                Stream.concat(
                                Stream.<Step>of(new Step.Perform(fragments.selected(bounds, scope))),
                                statements.found(true).stream())
                        .toList());
    }

    private Turns rows(List<Token> targets, List<Token> query, Scope scope) {
        if (query.getFirst().isWord("execute")) {
            var before = new ArrayList<Step>();
            var executed = statements.executed(Execution.of(query.subList(1, query.size())), before, scope);
            return rows(targets, executed, scope).after(before);
        }
        var cursor = scope.find(List.of(query.getFirst().name())).isPresent();
        if (cursor) {
            throw new NotModelled("a loop over the cursor " + Token.text(query));
        }
        return rows(targets, fragments.query(query, scope), scope);
    }

    private Turns rows(List<Token> targets, Query query, Scope scope) {
        var into = statements.taken(targets, query, scope);
        var none = new ArrayList<Step>();
        if (query.writes().findAny().isEmpty()) {
            none.add(new Step.Guard(Fragments.exists(query), false));
        }
        none.addAll(into.nothing(statements.variables()));
        none.addAll(statements.found(false));
        return new Turns(scope, into.each(statements.variables()), Optional.of(none), statements.found(true));
    }
}
