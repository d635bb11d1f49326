package hedgerow.rls.prove;

import hedgerow.rls.catalog.Function;
import hedgerow.rls.logic.Encoded;
import hedgerow.rls.logic.Encoding;
import hedgerow.rls.logic.Model;
import hedgerow.rls.logic.Session;
import hedgerow.rls.logic.Slot;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The negation of a claim about one role, object and gate.
///
/// @param object in SQL syntax
/// @param leak the kind of leak if it can be satisfied
/// @param encoded ways to break it, the simplest first; each is built when it is its turn
/// @param companion asks whether anybody gets through at all
/// @param fenced whether a smaller question shows that there is no such way
record Question(
        Claim claim,
        long role,
        String object,
        Cell.Kind kind,
        String gate,
        Leak.Kind leak,
        List<Supplier<Breach>> encoded,
        Optional<Supplier<Encoding>> companion,
        BooleanSupplier fenced) {

    Question(
            Claim claim,
            long role,
            String object,
            Cell.Kind kind,
            String gate,
            Leak.Kind leak,
            List<Supplier<Breach>> encoded,
            Optional<Supplier<Encoding>> companion) {
        this(claim, role, object, kind, gate, leak, encoded, companion, () -> false);
    }

    Question fenced(BooleanSupplier by) {
        return new Question(claim, role, object, kind, gate, leak, encoded, companion, by);
    }

    /// A question about something unreadable, which stays open.
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
                    return new Breach(e, Map.of(), List.of(Session.of("s", role)));
                }),
                Optional.empty());
    }

    /// A way to break a claim, encoded.
    ///
    /// @param rows of interest, by what they are: `row`, `old`, `new`, `parent`, `victim`
    /// @param sessions the one that acts first
    /// @param call of the function that does it
    /// @param peeked whether a function in WHERE sees rows before the conditions of a view are evaluated
    record Breach(
            Encoding encoding, Map<String, Slot> rows, List<Session> sessions, Optional<Call> call, boolean peeked) {

        Breach {
            rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
        }

        Breach(Encoding encoding, Map<String, Slot> rows, List<Session> sessions) {
            this(encoding, rows, sessions, Optional.empty(), false);
        }

        Breach(Encoding encoding, Map<String, Slot> rows, List<Session> sessions, Optional<Call> call) {
            this(encoding, rows, sessions, call, false);
        }
    }

    /// A call of a function.
    ///
    /// @param arguments of the caller, in order
    /// @param rest requires that the following statements find rows, by which the leak shows
    record Call(Function function, List<Encoded> arguments, Runnable rest) {

        private static final Set<Long> INTEGERS = Set.of(20L, 21L, 23L);

        /// The arguments that may say how many rows it takes.
        Stream<Encoded> counts() {
            return IntStream.range(0, arguments.size())
                    .filter(i -> INTEGERS.contains(function.argumentTypes().get(i)))
                    .mapToObj(arguments::get);
        }
    }
}
