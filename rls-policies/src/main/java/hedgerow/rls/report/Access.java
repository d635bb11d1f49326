package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.review.Settings;
import java.util.List;

/// Who may do what to which table, and who can become whom.
///
/// @param rows by role and table; where a role has no privilege at all on a table, there is no row
/// @param omitted names of roles that are left out, because the rows would be too many
/// @param roots each login role, and what it can become
public record Access(List<Row> rows, List<String> omitted, List<Becomes> roots) {

    /// Nothing is known.
    public static final Access NONE = new Access(List.of(), List.of(), List.of());

    public Access {
        rows = List.copyOf(rows);
        omitted = List.copyOf(omitted);
        roots = List.copyOf(roots);
    }

    /// Of the roles and schemas under review.
    public static Access of(Catalog catalog, Settings settings) {
        return new AccessBuilder(catalog, settings).build();
    }

    /// The commands of one role on one table.
    ///
    /// @param table in quoted SQL spelling
    public record Row(String role, String table, Cell select, Cell insert, Cell update, Cell delete) {}

    /// @param policies names of the policies that apply, the permissive ones first
    public record Cell(Verdict verdict, List<String> policies) {

        public Cell {
            policies = List.copyOf(policies);
        }
    }

    /// What happens when a role runs a command on a table.
    public enum Verdict {
        /// It has no privilege.
        NONE,
        /// It has the privilege, and no permissive policy: every row is refused.
        DENIED,
        /// Policies decide, row by row.
        FENCED,
        /// No policy applies: the table has no row security, or the role is exempt from it.
        OPEN
    }

    /// @param how `set`, `inherit`, `admin`, or several of them; empty for a login role itself
    /// @param exempt whether it is a superuser or has BYPASSRLS
    /// @param next the roles that it can become in one step; empty if they stand elsewhere under the same login
    public record Becomes(String role, String how, boolean exempt, List<Becomes> next) {

        public Becomes {
            next = List.copyOf(next);
        }
    }
}
