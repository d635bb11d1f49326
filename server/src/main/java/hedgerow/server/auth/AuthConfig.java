package hedgerow.server.auth;

import hedgerow.server.settings.Check;
import hedgerow.server.settings.Setting;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The settings of authentication, for people and programs.
@Setting.Group("Sign-in")
public record AuthConfig(
        @Setting(
                value = "Origins whose pages may ask a person to sign in with a wallet. A request that names no domain"
                        + " refers to the first.",
                without = "nobody can sign in with a wallet",
                check = Origins.class,
                example = "https://app.example,http://localhost:5173")
        List<URI> sites,

        @Setting(
                value = "Issuers whose JWTs are accepted; [authentication.md](authentication.md#jwts) has their"
                        + " fields.",
                without = "no JWT is accepted",
                check = DistinctIssuers.class,
                example = "[{issuer: 'https://id.example', audiences: [hedgerow], algorithm: ES256,"
                        + " keys: 'https://id.example/jwks.json'}]")
        List<JwtIssuer> jwtIssuers,

        @Setting(
                value = "JSON-RPC addresses of the chains whose contract wallets can sign in, by EIP-155 id.",
                without = "contract wallets cannot sign in",
                secret = true,
                check = Endpoints.class,
                example = "1=https://node.example/key,8453=https://base.example/key")
        Map<Long, URI> chains,

        @Setting(
                value = "How long a session lives, at most 30 days.",
                preset = "12h",
                check = Life.class,
                example = "30m")
        Duration sessionLife,

        @Setting(
                value = "How often per minute one client address (for IPv6, one /64) may fail to "
                        + "authenticate or try to sign in.",
                preset = "60",
                least = 1,
                most = 1_000_000,
                example = "20")
        int attemptsPerMinute) {

    public AuthConfig {
        sites = List.copyOf(sites);
        jwtIssuers = List.copyOf(jwtIssuers);
        chains = Map.copyOf(chains);
    }

    private static final class Origins implements Check<List<URI>> {
        @Override
        public void check(List<URI> sites) {
            if (!sites.stream().allMatch(Origins::isOrigin)) {
                throw new IllegalArgumentException(
                        "must be origins: http or https, a host, optionally a port, and nothing after it, not even a"
                                + " slash");
            }
        }

        private static boolean isOrigin(URI site) {
            return site.getHost() != null
                    && site.getScheme().matches("https?")
                    && site.getRawUserInfo() == null
                    && site.toString().equals(site.getScheme() + "://" + site.getRawAuthority());
        }
    }

    private static final class DistinctIssuers implements Check<List<JwtIssuer>> {
        @Override
        public void check(List<JwtIssuer> issuers) {
            if (issuers.stream().map(JwtIssuer::name).distinct().count() != issuers.size()) {
                throw new IllegalArgumentException("must name each issuer once");
            }
        }
    }

    private static final class Endpoints implements Check<Map<Long, URI>> {
        @Override
        public void check(Map<Long, URI> chains) {
            chains.forEach((id, endpoint) -> {
                if (id < 1
                        || endpoint.getHost() == null
                        || !String.valueOf(endpoint.getScheme()).matches("https?")) {
                    throw new IllegalArgumentException("must have an http or https address for chain " + id);
                }
            });
        }
    }

    private static final class Life implements Check<Duration> {
        @Override
        public void check(Duration life) {
            if (life.compareTo(Duration.ofDays(30)) > 0) {
                throw new IllegalArgumentException("must be at most 30 days (720h)");
            }
        }
    }
}
