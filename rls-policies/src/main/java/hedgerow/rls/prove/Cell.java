package hedgerow.rls.prove;

import java.util.List;
import java.util.Optional;

/// One claim about one object, for the roles for which it is the same question.
///
/// @param roles names, sorted
/// @param object in SQL syntax: `app.invoice`, `app.report(uuid)`
/// @param kind of the object
/// @param gate the access: `SELECT`, `INSERT`, `UPDATE old`, `UPDATE new`, `DELETE`, `TRUNCATE`, `EXECUTE`,
///     or the foreign key or trigger through which it happens
/// @param accepted the reason for which a person accepts a refuted claim
public record Cell(
        Claim claim,
        List<String> roles,
        String object,
        Kind kind,
        String gate,
        Verdict verdict,
        Optional<String> accepted) {

    public enum Kind {
        TABLE,
        FOREIGN_TABLE,
        VIEW,
        MATERIALIZED_VIEW,
        FUNCTION,
        TRIGGER,
        RULE
    }

    /// The command of its gate: `UPDATE` of `UPDATE old`, `INSERT` of `INSERT by a_key`.
    public String command() {
        return commandOf(gate);
    }

    static String commandOf(String gate) {
        return gate.split("[ ,]")[0];
    }

    /// Whether it is a fault that nobody has accepted.
    public boolean isOpen() {
        return verdict instanceof Verdict.Refuted && accepted.isEmpty();
    }

    /// The cell for some of its roles.
    Cell of(List<String> some) {
        return new Cell(claim, some, object, kind, gate, verdict, accepted);
    }

    /// The cell, whose claim is broken by a leak.
    Cell refuted(Leak leak) {
        return new Cell(claim, roles, object, kind, gate, new Verdict.Refuted(leak), accepted);
    }

    public Cell accepted(String reason) {
        return new Cell(claim, roles, object, kind, gate, verdict, Optional.of(reason));
    }
}
