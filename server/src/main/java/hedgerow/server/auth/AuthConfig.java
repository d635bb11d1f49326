package hedgerow.server.auth;

import hedgerow.server.http.Configuration;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How people and programs prove who they are.
///
/// @param sites origins whose pages may ask a person to sign in with a wallet, such as `https://app.example`; the first
///     stands for who names none. Without any, nobody signs in with a wallet
/// @param issuers whose JWTs are believed
/// @param chains JSON-RPC address of each chain whose contract wallets may sign in, by EIP-155 id
/// @param sessionLife of a session, at most 30 days
/// @param attemptsPerMinute how often one client address may fail, or try to sign in
public record AuthConfig(
        List<URI> sites, List<JwtIssuer> issuers, Map<Long, URI> chains, Duration sessionLife, int attemptsPerMinute) {

    private static final Duration LONGEST = Duration.ofDays(30);

    /// No sites, issuers or chains: API keys alone.
    public static final AuthConfig DEFAULT = new AuthConfig(List.of(), List.of(), Map.of(), Duration.ofHours(12), 60);

    /// @throws IllegalArgumentException if a value makes no sense
    public AuthConfig {
        sites = List.copyOf(sites);
        issuers = List.copyOf(issuers);
        chains = Map.copyOf(chains);
        sites.forEach(AuthConfig::requireOrigin);
        requireDistinct(issuers);
        chains.forEach(AuthConfig::requireChain);
        if (!isLife(sessionLife)) {
            throw new IllegalArgumentException("a session lives at most 30 days");
        }
        if (attemptsPerMinute < 1) {
            throw new IllegalArgumentException("at least one attempt a minute is needed");
        }
    }

    /// From `sites`, `jwt-issuers`, `chains`, `session-life` and `attempts-per-minute`: `docs/authentication.md`.
    public static AuthConfig of(Configuration configuration) {
        var sites = configuration.parsed("sites", AuthSettings::sites).orElse(DEFAULT.sites());
        var issuers = configuration.parsed("jwt-issuers", AuthSettings::issuers).orElse(DEFAULT.issuers());
        var chains = configuration.parsed("chains", AuthSettings::chains).orElse(DEFAULT.chains());
        var life = configuration.duration("session-life", DEFAULT.sessionLife());
        var attempts = configuration.number("attempts-per-minute", 1, 1_000_000, DEFAULT.attemptsPerMinute());
        if (!isLife(life)) {
            configuration.problem("session-life", "must be at most 30 days");
            return DEFAULT;
        }
        return new AuthConfig(sites, issuers, chains, life, attempts);
    }

    private static boolean isLife(Duration life) {
        return life.isPositive() && life.compareTo(LONGEST) <= 0;
    }

    static void requireOrigin(URI site) {
        var origin = site.getScheme() + "://" + site.getRawAuthority();
        if (site.getHost() == null
                || !site.getScheme().matches("https?")
                || !site.toString().equals(origin)
                || site.getRawUserInfo() != null) {
            throw new IllegalArgumentException("a site is an origin like https://app.example, not " + site);
        }
    }

    static void requireChain(Long id, URI endpoint) {
        if (id < 1
                || endpoint.getHost() == null
                || !String.valueOf(endpoint.getScheme()).matches("https?")) {
            throw new IllegalArgumentException("chain %d needs an http(s) address".formatted(id));
        }
    }

    static void requireDistinct(List<JwtIssuer> issuers) {
        if (issuers.stream().map(JwtIssuer::name).distinct().count() != issuers.size()) {
            throw new IllegalArgumentException("an issuer is named twice");
        }
    }

    Optional<URI> site(String domain) {
        return sites.stream()
                .filter(site -> site.getRawAuthority().equals(domain))
                .findFirst();
    }
}
