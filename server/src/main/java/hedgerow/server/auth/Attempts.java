package hedgerow.server.auth;

import hedgerow.server.http.PerMinute;
import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import io.github.bucket4j.Bucket;
import io.javalin.http.Context;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/// How often one client address may fail to prove who it is, or try to sign in.
///
/// An IPv6 client has a whole /64 to itself, which therefore counts as one.
final class Attempts {

    private final PerMinute<String> attempts;

    Attempts(int perMinute) {
        this.attempts = new PerMinute<>(perMinute);
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
                .withHeader("Retry-After", Long.toString(Math.max(1, 60 / attempts.limit())));
    }

    private Bucket bucket(Context ctx) {
        return attempts.of(client(ctx.ip()));
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
