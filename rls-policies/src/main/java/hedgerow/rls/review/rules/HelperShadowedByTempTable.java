package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Grant;
import hedgerow.rls.catalog.Relation;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reports a function called by policies that could find a temporary table in place of the real one.
final class HelperShadowedByTempTable implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        var temp = mayCreateTemp(analysis);
        return Hits.of(analysis.called().stream()
                .filter(function -> function.isText() && !function.securityDefiner() && !isPinned(function))
                .flatMap(function -> table(analysis, function).stream()
                        .map(table -> new Hit(
                                "function " + function.quoted(),
                                "a temporary table of its caller comes before table %s in its search path"
                                        .formatted(table.name()),
                                Optional.of("alter function %s set search_path = pg_catalog, %s, pg_temp"
                                        .formatted(function.quoted(), schemaOf(table))),
                                temp))));
    }

    private static final Pattern TABLE = Pattern.compile(
            "(?i)\\b(?:from|join|into|update)\\s+(?:only\\s+)?(?<name>[a-z_][\\w$]*+|\"[^\"]+\")(?!\\s*[.(])");

    /// Whether the search path is pinned; only then is the session's temporary schema not searched first.
    private static boolean isPinned(Function function) {
        return function.settings().stream()
                .filter(setting -> setting.startsWith("search_path="))
                .anyMatch(setting -> setting.contains("pg_temp"));
    }

    /// The first table that it names without a schema. A variable may also follow `into`.
    private static Optional<Relation> table(Analysis analysis, Function function) {
        return TABLE.matcher(Bodies.code(function))
                .results()
                .map(match -> match.group("name").replace("\"", ""))
                .flatMap(name -> analysis.catalog.relations().values().stream()
                        .filter(relation ->
                                relation.isTable() && relation.name().equalsIgnoreCase(name)))
                .findFirst();
    }

    private static String schemaOf(Relation table) {
        return table.quoted().substring(0, table.quoted().lastIndexOf('.'));
    }

    private static boolean mayCreateTemp(Analysis analysis) {
        var server = analysis.catalog.server();
        var grantees = server.grants().stream()
                .filter(grant -> grant.privilege().equals("TEMPORARY"))
                .map(Grant::grantee);
        return !analysis.subjects
                .reached(Stream.concat(Stream.of(server.owner()), grantees).toList())
                .isEmpty();
    }
}
