package hedgerow.server.http;

import hedgerow.server.http.Problem.Fault;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.util.InetAddressSet;

/// Refuses webhook addresses that lead into the operator's network: loopback, private and link-local
/// addresses, in any spelling, and names that stand for them.
///
/// A public name may still resolve to a private address; the sender checks the address that it connects to.
final class WebhookUrls {

    /// The address blocks of the IANA special-purpose registries that are not globally reachable, and
    /// multicast.
    private static final InetAddressSet SPECIAL = addresses(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20");

    /// Of IPv6, what is not in here is not assigned to anybody in public.
    private static final InetAddressSet GLOBAL = addresses("0.0.0.0/0", "2000::/3");

    private static final Set<String> PRIVATE_NAMES =
            Set.of("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private");

    private final boolean allowsPrivate;

    /// @param allowsPrivate on test data, for development
    WebhookUrls(boolean allowsPrivate) {
        this.allowsPrivate = allowsPrivate;
    }

    /// @throws Problem [ProblemCode#INVALID_BODY] if the body has a `url` that is not public
    void check(Context ctx) {
        var allowed = allowsPrivate && !Requests.caller(ctx).livemode();
        Optional.ofNullable(Requests.body(ctx).path("url").asString(null))
                .filter(url -> !allowed && !isPublic(url))
                .ifPresent(_ -> {
                    throw new Problem(ProblemCode.INVALID_BODY, "the address of a webhook must be public")
                            .with(new Fault("/url", "must name a host by its public name or address"));
                });
    }

    static boolean isPublic(String url) {
        try {
            return Optional.ofNullable(URI.create(url).getHost())
                    .map(host -> host.toLowerCase(Locale.ROOT).replaceFirst("[.]$", ""))
                    .filter(host -> host.startsWith("[") ? isPublicAddress(unbracketed(host)) : isPublicName(host))
                    .isPresent();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /// A name whose last part is a number is an address to most clients, in decimal, octal or hexadecimal
    /// digits and with one to four parts. Its only spelling here is the usual one.
    private static boolean isPublicName(String host) {
        var labels = List.of(host.split("[.]"));
        var last = labels.getLast();
        return last.matches("[0-9]+|0x[0-9a-f]*")
                ? host.matches("((0|[1-9][0-9]{0,2})([.]|$)){4}") && isPublicAddress(host)
                : labels.size() > 1 && !PRIVATE_NAMES.contains(last);
    }

    /// @throws IllegalArgumentException if it is none
    private static boolean isPublicAddress(String literal) {
        var address = InetAddress.ofLiteral(literal);
        return GLOBAL.test(address) && !SPECIAL.test(address);
    }

    private static String unbracketed(String host) {
        return host.substring(1, host.length() - 1);
    }

    private static InetAddressSet addresses(String... blocks) {
        var set = new InetAddressSet();
        set.addAll(List.of(blocks));
        return set;
    }
}
