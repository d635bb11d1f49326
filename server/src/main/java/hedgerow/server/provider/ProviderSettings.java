package hedgerow.server.provider;

import hedgerow.server.settings.Check;
import hedgerow.server.settings.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/// By which HTTP providers the worker charges.
@Setting.Group("Payments by providers")
public record ProviderSettings(
        @Setting(
                value = "Addresses of the HTTP providers by which the worker charges orders and gives refunds back, by"
                        + " code: `stripe`, and `sandbox`, which moves no money.",
                without = "no HTTP provider is asked for anything",
                check = Addresses.class,
                example = "stripe=https://api.stripe.com")
        Map<String, String> providerUrls,

        @Setting(
                value = "How long the worker waits for an answer of a provider. It then looks up what became of the"
                        + " request.",
                preset = "20s",
                example = "30s")
        Duration providerTimeout) {

    public ProviderSettings {
        providerUrls = Map.copyOf(providerUrls);
    }

    Map<String, URI> addresses() {
        return providerUrls.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, one -> address(one.getValue())));
    }

    private static URI address(String text) {
        return URI.create(text.replaceAll("/+$", ""));
    }

    private static final class Addresses implements Check<Map<String, String>> {
        @Override
        public void check(Map<String, String> providers) {
            providers.forEach((code, text) -> {
                if (!Protocol.all().containsKey(code)) {
                    throw new IllegalArgumentException(
                            "names the provider `%s`, which this version does not speak to".formatted(code));
                } else if (!isAddress(text)) {
                    throw new IllegalArgumentException(
                            "must have an https address for `%s`, or one of this machine".formatted(code));
                }
            });
        }

        private static boolean isAddress(String text) {
            try {
                var address = address(text);
                return address.getHost() != null
                        && ("https".equals(address.getScheme())
                                || "http".equals(address.getScheme())
                                        && address.getHost().matches("localhost|127[.][0-9.]+|\\[::1\\]"));
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }
}
