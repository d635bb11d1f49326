package hedgerow.server.provider;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Whether a provider answers, as far as this process knows: five of its last ten answers within a minute that told
/// nothing send new charges elsewhere for half a minute.
final class Health {

    private static final int LAST = 10;
    private static final int TOO_MANY = 5;
    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final Duration REST = Duration.ofSeconds(30);

    private final Clock clock;
    private final Map<String, Deque<Seen>> seen = new HashMap<>();

    private record Seen(Instant at, boolean silent) {}

    Health(Clock clock) {
        this.clock = clock;
    }

    synchronized void note(String provider, boolean silent) {
        var last = seen.computeIfAbsent(provider, _ -> new ArrayDeque<>());
        last.addLast(new Seen(clock.instant(), silent));
        if (last.size() > LAST) {
            last.removeFirst();
        }
    }

    synchronized boolean isWell(String provider) {
        var now = clock.instant();
        var silent = seen.getOrDefault(provider, new ArrayDeque<>()).stream()
                .filter(one -> one.silent() && one.at().plus(WITHIN).isAfter(now))
                .map(Seen::at)
                .toList();
        return silent.size() < TOO_MANY || silent.getLast().plus(REST).isBefore(now);
    }
}
