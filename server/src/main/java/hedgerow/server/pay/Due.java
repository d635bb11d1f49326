package hedgerow.server.pay;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// The time at which more work is due, by the clock of the database: the clock of this machine may be wrong.
///
/// @param at a time that the database gave
/// @param pause from now on
public record Due(Optional<Instant> at, Optional<Duration> pause) {

    /// No more is known.
    public static final Due NEVER = new Due(Optional.empty(), Optional.empty());

    public static final Due AT_ONCE = after(Duration.ZERO);

    public static Due after(Duration pause) {
        return new Due(Optional.empty(), Optional.of(pause));
    }

    /// Due at this time.
    ///
    /// @param time null: never
    public static Due at(Instant time) {
        return new Due(Optional.ofNullable(time), Optional.empty());
    }

    /// This or the other, whichever comes first.
    public Due or(Due other) {
        return new Due(first(at, other.at), first(pause, other.pause));
    }

    private static <T extends Comparable<T>> Optional<T> first(Optional<T> one, Optional<T> other) {
        return Stream.of(one, other).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }
}
