package hedgerow.server.work;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// The pauses between the eight attempts of a delivery or an e-mail in 28 hours, each up to a tenth longer
/// or shorter.
final class RetrySchedule {

    private static final List<Duration> PAUSES = List.of(
            Duration.ofSeconds(5),
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(2),
            Duration.ofHours(5),
            Duration.ofHours(10),
            Duration.ofHours(10));
    private static final Duration LONGEST = Duration.ofHours(10);

    private RetrySchedule() {}

    /// Returns the pause before the next attempt; empty if there is none.
    ///
    /// @param attempts so far
    static Optional<Duration> pause(int attempts, Optional<Duration> retryAfter) {
        if (attempts > PAUSES.size()) {
            return Optional.empty();
        }
        var planned = PAUSES.get(Math.max(attempts, 1) - 1).toMillis();
        var pause =
                Duration.ofMillis((long) (planned * ThreadLocalRandom.current().nextDouble(0.9, 1.1)));
        var asked = retryAfter.map(wish -> wish.compareTo(LONGEST) > 0 ? LONGEST : wish);
        return Optional.of(asked.filter(wish -> wish.compareTo(pause) > 0).orElse(pause));
    }
}
