package hedgerow.rls.review.rules;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Reports a tenant that the client writes into a header, or passes to a function that sets the variable.
final class ClientChosenTenant implements Rule {

    private static final Pattern CONDITION = Pattern.compile("(?i)\\b(?:if|case|from|where|exists|raise|assert)\\b");

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.of(Stream.concat(headers(analysis).stream(), setters(analysis)));
    }

    /// Functions that an API exposes and that set an identity without any condition.
    private static Stream<Hit> setters(Analysis analysis) {
        var trusted = analysis.clauses()
                .flatMap(clause -> Sessions.inputs(analysis.names, clause.expr()))
                .flatMap(input -> input instanceof Input.Setting(var name) ? Stream.of(name) : Stream.empty())
                .collect(Collectors.toSet());
        return analysis.catalog.functions().values().stream()
                .filter(function -> analysis.settings.schemas().contains(function.schema())
                        && function.extension().isEmpty()
                        && !CONDITION.matcher(Bodies.code(function)).find())
                .flatMap(function -> trusted.stream()
                        .filter(variable -> sets(function, variable))
                        .map(variable -> Hits.hit(
                                "function " + function.quoted(),
                                "sets %s, which policies trust, to whatever its caller wants".formatted(variable),
                                analysis.subjects.mayExecute(function).stream()
                                        .anyMatch(analysis.settings.apiRoles()::contains))));
    }

    private static boolean sets(Function function, String variable) {
        var call = Pattern.compile("(?i)\\bset_config\\s*\\(\\s*'%s'".formatted(Pattern.quote(variable)));
        return function.argumentTypes().size() > 0
                && call.matcher(function.body().orElse("")).find();
    }

    private static List<Hit> headers(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses()
                        .filter(clause -> analysis.readings(clause.table(), clause.policy())
                                .isEmpty()),
                clause -> Sessions.inputs(analysis.names, clause.expr())
                        .filter(ClientChosenTenant::isChosen)
                        .map(input -> "the client chooses %s itself, and nothing checks that it may"
                                .formatted(input.print(analysis.names))));
    }

    private static boolean isChosen(Input input) {
        return switch (input) {
            case Input.Member member -> isRequest(member.setting());
            case Input.Setting(var name) -> isRequest(name);
            case Input.Call _, Input.User _ -> false;
        };
    }

    private static boolean isRequest(String variable) {
        return variable.startsWith("request.header") || variable.startsWith("request.cookie");
    }
}
