package hedgerow.server.chain;

import hedgerow.server.http.Log;
import hedgerow.server.pay.Uptime;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// The newest blocks of the configured chains, requested once in a while however many strangers need them.
public final class Heads {

    private final Map<String, Chain> chains;
    private final Duration poll;
    private final Map<String, Head> known = new ConcurrentHashMap<>();

    /// The newest block at some time.
    ///
    /// @param block empty: the chain was unreachable
    private record Head(OptionalLong block, Duration at) {}

    private Heads(Map<String, Chain> chains, Duration poll) {
        this.chains = chains;
        this.poll = poll;
    }

    public static Heads of(ChainSettings settings) {
        return new Heads(Chain.all(settings), settings.chainPoll());
    }

    /// The newest block of a chain, or one shortly before it; empty if the chain is not configured, or unreachable.
    public OptionalLong newest(String code) {
        return chains.containsKey(code)
                ? known.compute(code, (_, head) -> isFresh(head) ? head : requested(code))
                        .block()
                : OptionalLong.empty();
    }

    private boolean isFresh(Head head) {
        return head != null && !Uptime.isOver(head.at(), poll);
    }

    /// A failure is known for as long as a block is: who waited for it does not wait again.
    private Head requested(String code) {
        try {
            var heads = chains.get(code).heads();
            return new Head(heads.stream().mapToLong(Long::longValue).min(), Uptime.now());
        } catch (ChainUnreachable e) {
            Log.write(Level.WARNING, "chain unreachable", Map.of("chain", code));
            return new Head(OptionalLong.empty(), Uptime.now());
        }
    }
}
