package hedgerow.server.auth;

import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import io.github.bucket4j.Bucket;
import io.javalin.http.Context;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// How often one client address may fail to prove who it is, or try to sign in.
///
/// An IPv6 client has a whole /64 to itself, which therefore counts as one.
final class Attempts {

    /// Of more addresses than this, the one that was quiet the longest begins anew.
    private static final int ADDRESSES = 100_000;

    private final int perMinute;

    private final Map<String, Bucket> buckets = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
            return size() > ADDRESSES;
        }
    });

    Attempts(int perMinute) {
        this.perMinute = perMinute;
    }

    /// Counts one attempt.
    ///
    /// @throws Problem [ProblemCode#RATE_LIMITED] if there were too many
    void spend(Context ctx) {
        if (!bucket(ctx).tryConsume(1)) {
            throw tooMany();
        }
    }

    /// @throws Problem [ProblemCode#RATE_LIMITED] if there were too many already; this one does not count
    void require(Context ctx) {
        if (bucket(ctx).getAvailableTokens() < 1) {
            throw tooMany();
        }
    }

    /// Counts one failure.
    void failed(Context ctx) {
        bucket(ctx).tryConsume(1);
    }

    private Problem tooMany() {
        return new Problem(ProblemCode.RATE_LIMITED, "too many attempts from this address")
                .withHeader("Retry-After", Long.toString(Math.max(1, 60 / perMinute)));
    }

    private Bucket bucket(Context ctx) {
        return buckets.computeIfAbsent(
                client(ctx.ip()),
                _ -> Bucket.builder()
                        .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofMinutes(1)))
                        .build());
    }

    static String client(String ip) {
        try {
            var address = InetAddress.ofLiteral(ip.replaceAll("[\\[\\]]", ""));
            return address instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8))
                    : address.getHostAddress();
        } catch (IllegalArgumentException e) {
            return ip;
        }
    }
}
