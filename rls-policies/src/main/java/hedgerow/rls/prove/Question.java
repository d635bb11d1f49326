package hedgerow.rls.prove;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Slot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The negation of a claim about one role, object and gate.
///
/// @param object as SQL spells it
/// @param leak what gets out if it can be satisfied
/// @param encoded ways to break it, the plainest first; made when it is their turn
/// @param companion asks whether anybody gets by at all
record Question(
        Claim claim,
        long role,
        String object,
        Cell.Kind kind,
        String gate,
        Leak.Kind leak,
        List<Supplier<Encoded>> encoded,
        Optional<Supplier<Encoding>> companion) {

    /// What cannot be looked at, and so stays open.
    static Question unknown(
            Model model, Claim claim, long role, String object, Cell.Kind kind, String gate, String why) {
        return new Question(
                claim,
                role,
                object,
                kind,
                gate,
                Leak.Kind.WRITE,
                List.of(() -> {
                    var e = new Encoding(model, false);
                    e.requireUnmodelled(why);
                    return new Encoded(e, Map.of(), List.of(Session.of("s", role)));
                }),
                Optional.empty());
    }

    /// @param rows of interest, by what they are: `row`, `old`, `new`, `parent`, `victim`
    /// @param sessions the one that acts first
    /// @param call of a function, by which it is done
    /// @param peeked whether rows are seen by a function in WHERE, before the conditions of a view are
    ///     asked
    record Encoded(
            Encoding encoding, Map<String, Slot> rows, List<Session> sessions, Optional<Call> call, boolean peeked) {
        Encoded(Encoding encoding, Map<String, Slot> rows, List<Session> sessions) {
            this(encoding, rows, sessions, Optional.empty(), false);
        }

        Encoded(Encoding encoding, Map<String, Slot> rows, List<Session> sessions, Optional<Call> call) {
            this(encoding, rows, sessions, call, false);
        }
    }

    /// @param arguments what the caller gives, in order
    /// @param rest demands of the statements that follow that they find rows, by which the leak shows
    record Call(Function function, List<hedgerow.rls.logic.Encoded> arguments, Runnable rest) {}
}
