package hedgerow.mappers.work;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.ibatis.annotations.Param;

/// The functions of `sql/functions/turns.sql`, by which workers take turns. The worker calls them before a
/// tenant is known.
public interface TurnMapper {

    /// Takes the turns that have been due for longest, at most `most` of each kind.
    List<Turn> take(List<String> kinds, int most, double secondsToFinish);

    /// Ends a turn; false if it had been given to another worker meanwhile.
    ///
    /// @param next the time at which more is due; null: none is known
    /// @param pauseSeconds after which more is due; null: none is known
    boolean end(Turn turn, Instant next, Double pauseSeconds);

    /// Returns the credential whose webhooks arrive at an address; empty if the address is not open.
    ///
    /// @param hash of the last part of the address
    Optional<ProviderWay> way(@Param("hash") byte[] hash);

    /// Returns the payment link that a token opens; empty if there is none.
    ///
    /// @param hash of the token
    Optional<LinkWay> linkWay(@Param("hash") byte[] hash);

    /// Removes nonces and sessions that have ended; returns how many, at most `most` of each.
    int forgetSignIns(int most);
}
