package hedgerow.rls.probe;

import hedgerow.rls.prove.Claim;
import java.util.List;
import java.util.Optional;

/// One statement of an attack, with its control.
///
/// @param attack that it is of
/// @param object in SQL syntax
/// @param gate that it tries: `SELECT`, `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`, `EXECUTE`
/// @param claim that it would break; of sessions without an identity it is [Claim#UNBOUND_SEES_NOTHING]
/// @param before statements that make room for it, run in a session without identity
/// @param first a statement of the rightful tenant in the same session, before the attack
/// @param sql the statement
/// @param control the statement that shows that the attack would be noticed
/// @param refusals SQLSTATEs by which a constraint of the table is known to prevent it
/// @param optional whether it is not reported where the control has no effect
/// @param proof a query of arrays that returns more rows once the harm is done, where owners of rows do not
///     reveal it
record Shot(
        boolean reading,
        String attack,
        String object,
        String gate,
        Claim claim,
        List<String> before,
        Optional<String> first,
        String sql,
        Control control,
        List<String> refusals,
        boolean optional,
        Optional<String> proof) {

    /// A control.
    ///
    /// @param kind of the session
    record Control(Actor.Kind kind, String sql) {}

    /// A read, whose result is compared with that of a database without the other tenant's rows.
    static Shot read(String attack, String object, String gate, String sql) {
        return of(true, attack, object, gate, Claim.DISJOINT_READS, sql);
    }

    /// A write, before and after which the rows of all tenants are examined.
    static Shot write(String attack, String object, String gate, String sql) {
        return of(false, attack, object, gate, Claim.WRITES_STAY_HOME, sql);
    }

    private static Shot of(boolean reading, String attack, String object, String gate, Claim claim, String sql) {
        return new Shot(
                reading,
                attack,
                object,
                gate,
                claim,
                List.of(),
                Optional.empty(),
                sql,
                new Control(Actor.Kind.FOREIGN, sql),
                List.of(),
                false,
                Optional.empty());
    }

    Shot controlledBy(Actor.Kind kind, String statement) {
        return new Shot(
                reading,
                attack,
                object,
                gate,
                claim,
                before,
                first,
                sql,
                new Control(kind, statement),
                refusals,
                optional,
                proof);
    }

    Shot after(List<String> statements) {
        return new Shot(
                reading, attack, object, gate, claim, statements, first, sql, control, refusals, optional, proof);
    }

    Shot afterRightful(String statement) {
        return new Shot(
                reading,
                attack,
                object,
                gate,
                claim,
                before,
                Optional.of(statement),
                sql,
                control,
                refusals,
                optional,
                proof);
    }

    Shot about(Claim other) {
        return new Shot(reading, attack, object, gate, other, before, first, sql, control, refusals, optional, proof);
    }

    Shot ifItHasEffect() {
        return new Shot(reading, attack, object, gate, claim, before, first, sql, control, refusals, true, proof);
    }

    /// A shot that makes a reference, which a query detects, and which a foreign key of several columns may
    /// refuse.
    Shot ofReference(String query) {
        return new Shot(
                reading,
                attack,
                object,
                gate,
                Claim.REFERENCES_STAY_HOME,
                before,
                first,
                sql,
                control,
                List.of("23503"),
                optional,
                Optional.of(query));
    }

    /// Whether it is one statement that a function may run and that does not depend on the place of a row.
    boolean isPlain() {
        return first.isEmpty()
                && before.stream().noneMatch(statement -> statement.contains("ctid"))
                && !sql.contains(";")
                && !sql.startsWith("copy ")
                && !sql.contains("ctid")
                && !control.sql().contains(";");
    }

    /// The key of a result.
    record Key(String attack, String object, String gate, Claim claim, String sql, boolean inRoom) {}

    Key key() {
        return new Key(attack, object, gate, claim, sql, !before.isEmpty());
    }
}
