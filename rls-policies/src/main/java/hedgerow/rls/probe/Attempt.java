package hedgerow.rls.probe;

import hedgerow.rls.prove.Claim;
import java.util.Optional;

/// One attack by one role on one object, and its outcome.
///
/// @param role name of the role
/// @param object in SQL syntax: `app.invoice`, `app.report(uuid)`
/// @param gate that was tried: `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`, `EXECUTE`
/// @param attack its kind
/// @param statement that was run, with the settings of its session before it
/// @param reason the observation; or why it could not be checked; or which control held
/// @param accepted the reason for which a person accepts a leak
public record Attempt(
        String role,
        String object,
        String gate,
        String attack,
        Claim claim,
        Outcome outcome,
        String statement,
        String reason,
        Optional<String> accepted) {

    /// An attempt that nobody has accepted.
    Attempt(
            String role,
            String object,
            String gate,
            String attack,
            Claim claim,
            Outcome outcome,
            String statement,
            String reason) {
        this(role, object, gate, attack, claim, outcome, statement, reason, Optional.empty());
    }

    /// Whether it is a leak that nobody has accepted.
    public boolean isOpen() {
        return outcome == Outcome.LEAKED && accepted.isEmpty();
    }

    public Attempt accepted(String why) {
        return new Attempt(role, object, gate, attack, claim, outcome, statement, reason, Optional.of(why));
    }
}
