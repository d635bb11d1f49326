package hedgerow.server.http;

import hedgerow.server.http.Problem.Fault;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Refuses webhook addresses that lead into the operator's network: loopback, private and link-local
/// addresses, in any spelling, and names that stand for them.
///
/// A public name may still resolve to a private address; the sender checks the address that it connects to.
final class WebhookUrls {

    private static final Set<String> PRIVATE_NAMES =
            Set.of("localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private");

    private final boolean allowsPrivate;

    /// A check of addresses.
    ///
    /// @param allowsPrivate on test data, for development
    WebhookUrls(boolean allowsPrivate) {
        this.allowsPrivate = allowsPrivate;
    }

    /// Checks the `url` of a body.
    ///
    /// @throws Problem [ProblemCode#INVALID_BODY] if it is not public
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

    /// Whether a name is public. Most clients treat a name whose last part is a number as an address, in
    /// decimal, octal or hexadecimal digits and with one to four parts; only the usual spelling is accepted
    /// here.
    private static boolean isPublicName(String host) {
        var labels = List.of(host.split("[.]"));
        var last = labels.getLast();
        return last.matches("[0-9]+|0x[0-9a-f]*")
                ? host.matches("((0|[1-9][0-9]{0,2})([.]|$)){4}") && isPublicAddress(host)
                : labels.size() > 1 && !PRIVATE_NAMES.contains(last);
    }

    /// Whether an address literal is public.
    ///
    /// @throws IllegalArgumentException if it is not an address literal
    private static boolean isPublicAddress(String literal) {
        return PublicAddresses.contain(InetAddress.ofLiteral(literal));
    }

    private static String unbracketed(String host) {
        return host.substring(1, host.length() - 1);
    }
}
