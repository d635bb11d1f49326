package hedgerow.server.work;

import hedgerow.mappers.StatementFailure;
import java.util.List;

/// A turn of a worker, without its queue.
public final class TestTurn {

    /// A serialization failure, a deadlock, a lock timeout.
    private static final List<String> PASSING = List.of("40001", "40P01", "55P03");

    private TestTurn() {}

    /// Does a turn. A deadlock ends it and not the worker.
    public static void take(Runnable turn) {
        try {
            turn.run();
        } catch (StatementFailure e) {
            if (!PASSING.contains(e.sqlState())) {
                throw e;
            }
        }
    }
}
