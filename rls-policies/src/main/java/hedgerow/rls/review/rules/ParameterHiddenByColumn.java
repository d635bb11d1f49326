package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.expr.Expr;
import hedgerow.rls.expr.Query;
import hedgerow.rls.expr.Walk;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Reports a function in SQL in which a column hides a parameter of the same name.
final class ParameterHiddenByColumn implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(analysis.called().stream()
                .filter(function -> function.language().equals("sql"))
                .flatMap(function -> analysis
                        .body(function.oid())
                        .map(queries -> hidden(function, queries))
                        .orElseGet(() -> hidden(analysis, function))
                        .stream()
                        .map(name -> Hits.hit(
                                "function " + function.quoted(),
                                "parameter %s is never read: a column of that name hides it".formatted(name),
                                true))));
    }

    private static Optional<String> hidden(Function function, List<Query> queries) {
        var nodes = queries.stream().flatMap(Walk::over).map(Walk.Place::node).toList();
        var names = function.argumentNames();
        return IntStream.range(
                        0, Math.min(names.size(), function.argumentTypes().size()))
                .filter(i -> nodes.stream()
                        .noneMatch(node -> node instanceof Expr.Parameter parameter && parameter.number() == i + 1))
                .mapToObj(names::get)
                .filter(name -> nodes.stream()
                        .anyMatch(node -> node instanceof Expr.Column column
                                && column.name().equals(name)))
                .findFirst();
    }

    private static final Pattern TABLE = Pattern.compile("(?i)\\b(?:from|join)\\s+(?:only\\s+)?"
            + "(?:(?<schema>[a-z_][\\w$]*)\\s*\\.\\s*)?(?<name>[a-z_][\\w$]*+)(?!\\s*[.(])");

    /// Finds hidden parameters by the words of the body, where the server could not resolve them.
    private static Optional<String> hidden(Analysis analysis, Function function) {
        var code = Bodies.code(function);
        var columns = TABLE.matcher(code)
                .results()
                .flatMap(match -> tables(analysis, match.group("schema"), match.group("name")))
                .flatMap(table -> table.columns().stream())
                .map(Column::name)
                .collect(Collectors.toSet());
        var names = function.argumentNames();
        return IntStream.range(
                        0, Math.min(names.size(), function.argumentTypes().size()))
                .filter(i -> !names.get(i).isEmpty() && columns.contains(names.get(i)))
                .filter(i -> !has(code, "\\$%d\\b".formatted(i + 1)))
                .mapToObj(names::get)
                .filter(name -> has(code, "(?<![.\\w$])%s(?![.\\w$(])".formatted(Pattern.quote(name)))
                        && !has(code, "\\b%s\\.%s\\b".formatted(Pattern.quote(function.name()), Pattern.quote(name))))
                .findFirst();
    }

    private static Stream<Relation> tables(Analysis analysis, String schema, String name) {
        return analysis.catalog.relations().values().stream()
                .filter(relation -> relation.name().equalsIgnoreCase(name)
                        && (schema == null || relation.schema().equalsIgnoreCase(schema)));
    }

    private static boolean has(String code, String regex) {
        return Pattern.compile(regex, Pattern.CASE_INSENSITIVE).matcher(code).find();
    }
}
