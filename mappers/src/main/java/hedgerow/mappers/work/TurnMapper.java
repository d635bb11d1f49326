package hedgerow.mappers.work;

import java.time.Instant;
import java.util.List;

/// Whose turn it is: the functions of `sql/functions/turns.sql`, which the worker calls before a tenant is known.
public interface TurnMapper {

    /// Those that have been due for longest, at most `most` of each kind.
    List<Turn> take(List<String> kinds, int most, double secondsToFinish);

    /// False if it had been given to another meanwhile.
    ///
    /// @param next when more is due; null: nothing is known to be
    boolean end(Turn turn, Instant next);

    /// Removes nonces and sessions that ended; how many, at most `most` of each.
    int forgetSignIns(int most);
}
