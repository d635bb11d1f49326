package hedgerow.rls.logic;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Function;
import hedgerow.rls.catalog.Grant;
import hedgerow.rls.catalog.Relation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Decides whether the names in a function's text have the same meaning for every caller.
///
/// A text is parsed whenever the function runs, under the search path of that moment. Temporary tables come
/// first in every path that does not name `pg_temp`.
///
/// @param gates decide who may create tables
/// @param subjects the roles under review; 0 is PUBLIC
public record SearchPaths(Catalog catalog, Gates gates, Collection<Long> subjects) {

    private static final String PATH = "search_path=";
    private static final String BEFORE_A_TABLE = "(?i)(?:\\b(?:from|join|into|update|only|using)|,)\\s*\\(?\\s*\"?";

    /// The reason why tables may be others than those found.
    ///
    /// @param tables that its text was resolved to
    /// @return empty if they cannot be others
    public Optional<String> openness(Function function, Collection<Relation> tables) {
        var text = function.body().orElse("");
        if (!List.of("sql", "plpgsql").contains(function.language()) || text.isEmpty() || isNamedLast(function)) {
            return Optional.empty();
        }
        var own = function.settings().stream().anyMatch(setting -> setting.startsWith(PATH));
        return tables.stream()
                .filter(table -> !table.schema().equals("pg_catalog") && isUnqualified(text, table.name()))
                .filter(_ -> mayMakeTemporary() || !own && mayMakeAny())
                .map(table -> "%s finds %s by a search path in which its caller can put another table first"
                        .formatted(function.quoted(), table.name()))
                .findFirst();
    }

    private static boolean isNamedLast(Function function) {
        return function.settings().stream()
                .filter(setting -> setting.startsWith(PATH))
                .map(setting -> setting.substring(PATH.length()).split(","))
                .map(names -> names[names.length - 1].strip())
                .anyMatch("pg_temp"::equals);
    }

    private static boolean isUnqualified(String text, String name) {
        return Pattern.compile(BEFORE_A_TABLE + Pattern.quote(name) + "\"?(?![\\w\"])(?!\\s*\\.)")
                .matcher(text)
                .find();
    }

    private boolean mayMakeTemporary() {
        return isHeld(catalog.server().grants(), "TEMPORARY");
    }

    private boolean mayMakeAny() {
        return catalog.schemas().values().stream()
                .filter(schema -> !schema.name().startsWith("pg_"))
                .anyMatch(schema -> isHeld(schema.grants(), "CREATE"));
    }

    private boolean isHeld(List<Grant> grants, String privilege) {
        var holders = grants.stream()
                .filter(grant -> grant.privilege().equals(privilege))
                .map(Grant::grantee)
                .toList();
        return subjects.stream()
                .anyMatch(
                        role -> role == 0 ? holders.contains(0L) : gates.roles().reaches(holders, role));
    }
}
