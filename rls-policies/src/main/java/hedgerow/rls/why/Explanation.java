package hedgerow.rls.why;

import java.util.List;
import java.util.Optional;

/// What a session may do to one row, and which policies say so.
///
/// @param relation `schema.table`, quoted where SQL needs it
/// @param role the role of the session
/// @param exempt no policy binds this role here: a superuser, BYPASSRLS, an owner without FORCE, or row security is off
/// @param commands in the order of [Command]
public record Explanation(String relation, String role, boolean exempt, List<Verdict> commands) {

    /// What row security knows.
    public enum Command {
        SELECT,
        INSERT,
        UPDATE,
        DELETE
    }

    /// Which expression of a policy was asked.
    public enum Part {
        USING,
        WITH_CHECK
    }

    /// @param granted the role has the privilege, on one column at least, and USAGE on the schema
    /// @param allowed granted, and admitted by the policies: INSERT of a row like this, UPDATE that changes nothing
    /// @param policies every policy that was asked, permissive ones first
    public record Verdict(Command command, boolean granted, boolean allowed, List<Answer> policies) {}

    /// @param result what the expression is for this row; empty for NULL, which admits nothing
    public record Answer(String policy, boolean permissive, Part part, String expression, Optional<Boolean> result) {}
}
