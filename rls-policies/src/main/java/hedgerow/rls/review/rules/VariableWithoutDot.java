package hedgerow.rls.review.rules;

import hedgerow.rls.logic.Input;
import hedgerow.rls.logic.Sessions;
import hedgerow.rls.review.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// Reports a policy that reads a variable whose name has no dot, which nobody can set.
final class VariableWithoutDot implements Rule {

    @Override
    public List<Hit> find(Analysis analysis) {
        return Hits.ofClauses(
                analysis,
                analysis.clauses(),
                clause -> Sessions.inputs(analysis.names, clause.expr())
                        .flatMap(input ->
                                input instanceof Input.Setting setting ? Stream.of(setting.name()) : Stream.empty())
                        .filter(name -> !name.contains(".") && !BUILTIN.contains(name.toLowerCase(Locale.ROOT)))
                        .map(name -> "no session can set a variable called %s: a custom one needs a dot in its name"
                                .formatted(name)));
    }

    private static final Set<String> BUILTIN = Set.of(
            "application_name",
            "client_encoding",
            "datestyle",
            "is_superuser",
            "row_security",
            "role",
            "search_path",
            "server_version",
            "server_version_num",
            "session_authorization",
            "session_replication_role",
            "timezone",
            "transaction_isolation",
            "transaction_read_only");
}
