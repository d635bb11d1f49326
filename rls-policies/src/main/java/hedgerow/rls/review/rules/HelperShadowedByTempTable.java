package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.review.Rule;
import hedgerow.rls.review.Settings;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A function that policies call finds a temporary table in place of the real one.
final class HelperShadowedByTempTable implements Rule {

    @Override
    public List<Hit> find(Catalog catalog, Settings settings) {
        var analysis = Analysis.of(catalog, settings);
        var temp = mayCreateTemp(analysis);
        return Hits.of(analysis.called().stream()
                .filter(function -> function.isText() && !function.securityDefiner() && !isPinned(function))
                .flatMap(function -> table(function).stream()
                        .map(name -> new Hit(
                                "function " + function.quoted(),
                                "a temporary table of its caller comes before table %s in its search path"
                                        .formatted(name),
                                schemaOf(analysis, name)
                                        .map(schema -> "alter function %s set search_path = pg_catalog, %s, pg_temp"
                                                .formatted(function.quoted(), schema)),
                                temp))));
    }

    private static final Pattern TABLE = Pattern.compile(
            "(?i)\\b(?:from|join|into|update)\\s+(?:only\\s+)?(?<name>[a-z_][\\w$]*+|\"[^\"]+\")(?!\\s*[.(])");

    /// Only then is the session's own schema not the first to be searched.
    private static boolean isPinned(Function function) {
        return function.settings().stream()
                .filter(setting -> setting.startsWith("search_path="))
                .anyMatch(setting -> setting.contains("pg_temp"));
    }

    private static Optional<String> table(Function function) {
        return TABLE.matcher(Bodies.code(function))
                .results()
                .map(match -> match.group("name"))
                .findFirst();
    }

    private static Optional<String> schemaOf(Analysis analysis, String name) {
        return analysis.catalog.relations().values().stream()
                .filter(relation -> relation.isTable() && relation.name().equals(name.replace("\"", "")))
                .map(relation ->
                        relation.quoted().substring(0, relation.quoted().lastIndexOf('.')))
                .findFirst();
    }

    private static boolean mayCreateTemp(Analysis analysis) {
        var server = analysis.catalog.server();
        return !analysis.reached(Analysis.grantees(server.grants().stream(), "TEMPORARY", server.owner()))
                .isEmpty();
    }
}
