package hedgerow.server.http;

import hedgerow.server.settings.Check;
import hedgerow.server.settings.Setting;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// The settings of the HTTP server: where it listens and what it reports.
@Setting.Group("HTTP")
public record HttpSettings(
        @Setting(
                value = "Address to listen on. TLS is left to a proxy in front of it.",
                preset = "127.0.0.1",
                example = "0.0.0.0")
        String host,

        @Setting(value = "Port to listen on; 0 takes a free one.", preset = "8080", most = 65_535, example = "8080")
        int port,

        Limits limits,

        @Setting(
                value = "Writes one line of JSON per request to standard error: id, route, status, time, tenant, actor;"
                        + " no query, header or body.",
                preset = "true",
                example = "false")
        boolean logRequests,

        @Setting(
                value = "Bearer token that `/metrics` requires.",
                without = "everybody can read the metrics",
                secret = true,
                example = "a-long-random-token")
        Optional<String> metricsToken,

        @Setting(
                value = "Also measures requests in histograms, for quantiles over several servers.",
                preset = "false",
                example = "true")
        boolean metricsHistograms,

        @Setting(
                value = "Addresses of the proxies that may name the client, in `Forwarded` or `X-Forwarded-For`.",
                without = "no proxy is trusted",
                check = Networks.class,
                example = "10.0.0.0/8,127.0.0.1/32")
        List<String> trustedProxies,

        @Setting(
                value = "Allows webhooks to be sent to addresses of private networks and of this machine.",
                preset = "false",
                example = "true")
        boolean allowPrivateWebhooks) {

    public HttpSettings {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /// Checks networks in CIDR notation.
    private static final class Networks implements Check<List<String>> {
        @Override
        public void check(List<String> networks) {
            if (!networks.stream().allMatch(Networks::isNetwork)) {
                throw new IllegalArgumentException("must be networks in CIDR notation");
            }
        }

        private static boolean isNetwork(String text) {
            var parts = text.split("/", -1);
            if (parts.length != 2 || !parts[1].matches("[0-9]{1,3}")) {
                return false;
            }
            try {
                return Integer.parseInt(parts[1])
                        <= 8 * InetAddress.ofLiteral(parts[0]).getAddress().length;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }
}
