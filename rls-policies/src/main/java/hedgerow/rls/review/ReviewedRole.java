package hedgerow.rls.review;

import java.util.List;

/// A role, and whether row security binds it.
///
/// @param bound false if it, or a role that it can become, is exempt on some table under review
/// @param why in words: `has BYPASSRLS`, `can become boss, which is a superuser`, `owns 3 tables without FORCE`
/// @param canBecome names of the roles it can act as, by SET ROLE, inheritance or ADMIN OPTION, transitively; sorted
public record ReviewedRole(String name, boolean login, boolean bound, String why, List<String> canBecome) {

    public ReviewedRole {
        canBecome = List.copyOf(canBecome);
    }
}
