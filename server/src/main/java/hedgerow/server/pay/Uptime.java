package hedgerow.server.pay;

import java.time.Duration;

/// The time since this process began, which goes on evenly whatever happens to the clock of the machine.
public final class Uptime {

    private static final long BEGUN = System.nanoTime();

    private Uptime() {}

    public static Duration now() {
        return Duration.ofNanos(System.nanoTime() - BEGUN);
    }

    /// Whether this long has passed since a time that [#now] returned.
    public static boolean isOver(Duration since, Duration length) {
        return now().minus(since).compareTo(length) >= 0;
    }
}
