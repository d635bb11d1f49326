package hedgerow.rls.report;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.logic.Settings;
import hedgerow.rls.review.Finding;
import java.util.List;

/// The commands that each role may run on each table, and the roles that each role can become.
///
/// @param rows by role and table; a role without any privilege on a table has no row
/// @param omitted names of roles that are left out, because the rows would be too many
/// @param roots each login role, and the roles that it can become
public record AccessMatrix(List<Row> rows, List<String> omitted, List<Becomes> roots) {

    /// No access was computed.
    public static final AccessMatrix NONE = new AccessMatrix(List.of(), List.of(), List.of());

    public AccessMatrix {
        rows = List.copyOf(rows);
        omitted = List.copyOf(omitted);
        roots = List.copyOf(roots);
    }

    /// Computes the access of the roles and schemas under review.
    public static AccessMatrix of(Catalog catalog, Settings settings) {
        return new AccessBuilder(catalog, settings).build();
    }

    /// Returns the rows without a contradiction to the findings. Where an error shows that policies are open,
    /// the cell is open too, and names the rules.
    AccessMatrix with(List<Finding> findings) {
        var holes = new Holes(findings);
        return new AccessMatrix(rows.stream().map(holes::mark).toList(), omitted, roots);
    }

    /// The commands of one role on one table.
    ///
    /// @param table in quoted SQL spelling
    public record Row(String role, String table, Cell select, Cell insert, Cell update, Cell delete) {}

    /// The outcome of one command.
    ///
    /// @param policies names of the policies that apply, the permissive ones first
    /// @param rules whose findings show that these policies are open
    public record Cell(Verdict verdict, List<String> policies, List<String> rules) {

        public Cell {
            policies = List.copyOf(policies);
            rules = List.copyOf(rules);
        }

        Cell(Verdict verdict, List<String> policies) {
            this(verdict, policies, List.of());
        }
    }

    /// The outcome of a command that a role runs on a table.
    public enum Verdict {
        /// The role has no privilege.
        NONE,
        /// The role has the privilege but no permissive policy: every row is refused.
        DENIED,
        /// Policies decide, row by row.
        FENCED,
        /// No policy applies, because the table has no row security or the role is exempt from it; or a
        /// finding shows that the policies that apply admit rows of other tenants.
        OPEN
    }

    /// A role that a login can become.
    ///
    /// @param how `set`, `inherit`, `admin`, or several of them; empty for a login role itself
    /// @param exempt whether it is a superuser or has BYPASSRLS
    /// @param next the roles that it can become in one step; empty if they stand elsewhere under the same
    ///     login
    public record Becomes(String role, String how, boolean exempt, List<Becomes> next) {

        public Becomes {
            next = List.copyOf(next);
        }
    }
}
