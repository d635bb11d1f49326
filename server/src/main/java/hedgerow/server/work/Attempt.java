package hedgerow.server.work;

import java.time.Duration;
import java.util.Optional;

/// The result of one attempt to deliver.
///
/// @param status of the response; empty if there was none
/// @param error a word of ours, never of the response; empty if it was delivered
/// @param retryAfter the pause that the receiver requests
record Attempt(Optional<Integer> status, Optional<String> error, Optional<Duration> retryAfter) {

    private static final int GONE = 410;

    static Attempt failed(String error) {
        return new Attempt(Optional.empty(), Optional.of(error), Optional.empty());
    }

    boolean isDelivered() {
        return error.isEmpty();
    }

    /// Whether the receiver has gone for good.
    boolean isGone() {
        return status.filter(code -> code == GONE).isPresent();
    }
}
