package hedgerow.server.http;

import java.net.InetAddress;
import java.util.List;
import org.eclipse.jetty.util.InetAddressSet;

/// The addresses that anybody on the internet can reach, and that therefore do not lead into the operator's
/// network.
public final class PublicAddresses {

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

    /// The globally assigned addresses: IPv6 addresses outside of these are not assigned to anybody.
    private static final InetAddressSet GLOBAL = addresses("0.0.0.0/0", "2000::/3");

    private PublicAddresses() {}

    /// Whether an address is public. Java has already extracted an IPv4 address from the IPv6 address into
    /// which it is mapped.
    public static boolean contain(InetAddress address) {
        return GLOBAL.test(address) && !SPECIAL.test(address);
    }

    private static InetAddressSet addresses(String... blocks) {
        var set = new InetAddressSet();
        set.addAll(List.of(blocks));
        return set;
    }
}
