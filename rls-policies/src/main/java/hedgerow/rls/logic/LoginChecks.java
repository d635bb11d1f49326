package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds code that asks who logged in. Only the login's own session, or a superuser's, answers it truly: SET ROLE does
/// not change the answer.
public final class LoginChecks {

    private static final Pattern ASKS = Pattern.compile("(?i)session_user|SQLVALUEFUNCTION :op 12\\b");

    private LoginChecks() {}

    /// The first user's function, by its name, whose body asks.
    public static Optional<Function> in(Catalog catalog) {
        return catalog.functions().values().stream()
                .filter(function -> !function.schema().equals("pg_catalog"))
                .filter(function -> Stream.concat(function.body().stream(), function.bodyTree().stream())
                        .anyMatch(body -> ASKS.matcher(body).find()))
                .min(Comparator.comparing(Function::quoted));
    }
}
