package hedgerow.server.auth;

import io.javalin.http.Context;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.eclipse.jetty.util.InetAddressSet;

/// Finds the address of the client behind reverse proxies, by `Forwarded` (RFC 7239) or `X-Forwarded-For`.
///
/// Both are read from the right, and only through proxies that the operator trusts: each of them adds the
/// address that it was called from, and everything further left may have been invented by the client. A
/// proxy that knows only one of the two headers passes the client's own version of the other on; a request
/// whose headers disagree is therefore attributed to the proxy itself.
public final class TrustedProxies {

    private static final Pattern BLOCK = Pattern.compile("[0-9a-fA-F.:]+(/[0-9]{1,3})?");
    private static final Pattern FOR =
            Pattern.compile("(?i)(?:^|;)[ \t]*for[ \t]*=[ \t]*(?:\"([^\"]*)\"|([^\";, \t]*))[ \t]*(?=;|$)");
    private static final Pattern WITH_PORT =
            Pattern.compile("\\[([^\\]]+)](?::\\S*)?|([0-9]+(?:[.][0-9]+){3})(?::\\S*)?");

    private final InetAddressSet blocks = new InetAddressSet();

    /// The proxies that the operator trusts.
    ///
    /// @throws IllegalArgumentException if an entry is neither an address nor a block such as `10.0.0.0/8`
    public TrustedProxies(List<String> blocks) {
        for (var block : blocks) {
            if (!BLOCK.matcher(block).matches()) {
                throw new IllegalArgumentException("must be addresses or blocks such as 10.0.0.0/8, fd00::/8");
            }
            this.blocks.add(block);
        }
    }

    /// The address of the caller.
    public InetAddress client(Context ctx) {
        var peer = address(ctx.req().getRemoteAddr()).orElseGet(InetAddress::getLoopbackAddress);
        if (!blocks.test(peer)) {
            return peer;
        }
        var named = Stream.of(
                        hops(ctx, "Forwarded").map(TrustedProxies::forwardedFor).toList(),
                        hops(ctx, "X-Forwarded-For").toList())
                .filter(hops -> !hops.isEmpty())
                .map(hops -> nearestStranger(peer, hops))
                .distinct()
                .toList();
        return named.size() == 1 ? named.getFirst() : peer;
    }

    /// The network of the caller, by which requests are counted: an IPv6 client has a whole /64 to itself.
    public String network(Context ctx) {
        return network(client(ctx));
    }

    static String network(InetAddress address) {
        return address instanceof Inet6Address
                ? HexFormat.of().formatHex(Arrays.copyOf(address.getAddress(), 8))
                : address.getHostAddress();
    }

    /// The first address from the right that is not a trusted proxy's; the last proxy if it does not name
    /// an address.
    private InetAddress nearestStranger(InetAddress peer, List<String> hops) {
        var nearest = peer;
        for (var hop : hops.reversed()) {
            var address = address(hop);
            if (address.isEmpty()) {
                return nearest;
            }
            nearest = address.get();
            if (!blocks.test(nearest)) {
                return nearest;
            }
        }
        return nearest;
    }

    private static Stream<String> hops(Context ctx, String header) {
        return Collections.list(ctx.req().getHeaders(header)).stream()
                .flatMap(line -> Stream.of(line.split(",", -1)))
                .map(String::strip);
    }

    private static String forwardedFor(String element) {
        var found = FOR.matcher(element);
        return found.find() ? Optional.ofNullable(found.group(1)).orElse(found.group(2)) : "unknown";
    }

    /// Parses an address with or without a port; IPv6 with or without brackets.
    private static Optional<InetAddress> address(String text) {
        try {
            var withPort = WITH_PORT.matcher(text);
            var literal = !withPort.matches()
                    ? text
                    : Optional.ofNullable(withPort.group(1)).orElse(withPort.group(2));
            return literal.matches(".*[.:].*") ? Optional.of(InetAddress.ofLiteral(literal)) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
