package hedgerow.rls.probe;

import hedgerow.rls.prove.Claim;

/// One attack by one role on one object, and its outcome.
///
/// @param role name of the role
/// @param object in SQL syntax: `app.invoice`, `app.report(uuid)`
/// @param gate that was tried: `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`, `EXECUTE`
/// @param attack its kind
/// @param statement that was run, with the settings of its session before it
/// @param reason the observation; or why it could not be checked; or which control held
public record Attempt(
        String role,
        String object,
        String gate,
        String attack,
        Claim claim,
        Outcome outcome,
        String statement,
        String reason) {}
