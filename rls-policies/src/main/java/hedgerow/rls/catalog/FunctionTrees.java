package hedgerow.rls.catalog;

import hedgerow.rls.expr.FunctionBodies;
import hedgerow.rls.expr.ServerParser;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Has the server parse the text bodies of the functions that policies call, directly or indirectly.
final class FunctionTrees {

    private static final Pattern CALLED = Pattern.compile(":(?:funcid|opfuncid) (\\d+)");
    private static final String SEARCH_PATH = "search_path=";
    private static final int MOST = 2_000;

    private final FunctionBodies bodies;
    private final Map<Long, Type> types;
    private final Map<Long, Function> functions;
    private final Connection connection;
    private final List<String> gaps;
    private final ArrayDeque<Long> waiting = new ArrayDeque<>();
    private final Set<Long> seen = new HashSet<>();

    private FunctionTrees(
            Connection connection, Map<Long, Type> types, Map<Long, Function> functions, List<String> gaps) {
        this.connection = connection;
        this.gaps = gaps;
        this.bodies = new FunctionBodies(connection);
        this.types = types;
        this.functions = new HashMap<>(functions);
    }

    /// Completes the functions with the node trees of their bodies.
    ///
    /// @param gaps gets a line for each body that cannot be read
    /// @return the same functions, with a tree where there can be one
    static Map<Long, Function> completed(
            Connection connection,
            Collection<Relation> relations,
            Map<Long, Type> types,
            Map<Long, Function> functions,
            List<String> gaps)
            throws SQLException {
        var hindrance = ServerParser.hindrance(connection);
        if (hindrance.isPresent()) {
            gaps.add(hindrance.get());
            return Map.copyOf(functions);
        }
        var trees = new FunctionTrees(connection, types, functions, gaps);
        relations.stream()
                .flatMap(relation -> relation.policies().stream())
                .flatMap(policy -> Stream.of(policy.usingTree(), policy.checkTree()))
                .flatMap(Optional::stream)
                .forEach(trees::note);
        trees.readAll();
        return Map.copyOf(trees.functions);
    }

    private void note(String tree) {
        CALLED.matcher(tree)
                .results()
                .map(match -> Long.valueOf(match.group(1)))
                .filter(seen::add)
                .forEach(waiting::add);
    }

    private void readAll() throws SQLException {
        var read = 0;
        while (!waiting.isEmpty() && read < MOST) {
            var function = functions.get(waiting.remove());
            if (function == null || function.schema().equals("pg_catalog")) {
                continue;
            }
            if (function.bodyTree().isEmpty()) {
                read++;
                guarded(function).ifPresent(tree -> functions.put(function.oid(), function.withTree(tree)));
            }
            functions.get(function.oid()).bodyTree().ifPresent(this::note);
        }
    }

    /// Reads a body; a failure is a gap, as long as the connection lives.
    private Optional<String> guarded(Function function) throws SQLException {
        try {
            return tree(function);
        } catch (SQLException e) {
            if (connection.isClosed()) {
                throw e;
            }
            gaps.add("function %s: its body cannot be read: %s".formatted(function.quoted(), e.getMessage()));
        } catch (RuntimeException | StackOverflowError e) {
            gaps.add("function %s: its body cannot be read: %s".formatted(function.quoted(), Fault.line(e)));
        }
        return Optional.empty();
    }

    private Optional<String> tree(Function function) throws SQLException {
        var known = function.argumentTypes().stream().allMatch(types::containsKey);
        if (function.body().isEmpty() || !known) {
            return Optional.empty();
        }
        var argumentTypes = function.argumentTypes().stream()
                .map(type -> types.get(type).quoted())
                .toList();
        var searchPath = function.settings().stream()
                .filter(setting -> setting.startsWith(SEARCH_PATH))
                .map(setting -> setting.substring(SEARCH_PATH.length()))
                .findFirst();
        return bodies.read(new FunctionBodies.Source(
                function.name(),
                function.language(),
                function.body().get(),
                argumentTypes,
                function.arguments().stream()
                        .filter(Function.Argument::input)
                        .map(Function.Argument::name)
                        .toList(),
                searchPath));
    }
}
