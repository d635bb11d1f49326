package hedgerow.server.provider;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Whether a provider answers, as far as this process knows: five of its last ten answers within a minute that told
/// nothing send new charges elsewhere for half a minute.
final class Health {

    private static final int LAST = 10;
    private static final int TOO_MANY = 5;
    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final Duration REST = Duration.ofSeconds(30);

    private final Supplier<Duration> uptime;
    private final Map<String, Deque<Seen>> seen = new HashMap<>();

    private record Seen(Duration at, boolean silent) {}

    Health(Supplier<Duration> uptime) {
        this.uptime = uptime;
    }

    synchronized void note(String provider, boolean silent) {
        var last = seen.computeIfAbsent(provider, _ -> new ArrayDeque<>());
        last.addLast(new Seen(uptime.get(), silent));
        if (last.size() > LAST) {
            last.removeFirst();
        }
    }

    synchronized boolean isWell(String provider) {
        var now = uptime.get();
        var silent = seen.getOrDefault(provider, new ArrayDeque<>()).stream()
                .filter(one -> one.silent() && one.at().plus(WITHIN).compareTo(now) > 0)
                .map(Seen::at)
                .toList();
        return silent.size() < TOO_MANY || silent.getLast().plus(REST).compareTo(now) < 0;
    }
}
