package hedgerow.server.auth;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads the settings of [AuthConfig] that are more than a word.
///
/// Errors do not repeat the address of a chain: it often holds a key.
final class AuthSettings {

    private static final Set<String> OF_ISSUER = Set.of("issuer", "audiences", "algorithm", "keys", "types");

    private AuthSettings() {}

    /// `https://app.example, https://pay.example`
    static List<URI> sites(String text) {
        var sites = list(text).map(AuthSettings::uri).toList();
        sites.forEach(AuthConfig::requireOrigin);
        return sites;
    }

    /// `1=https://node.example/key, 8453=https://...`
    static Map<Long, URI> chains(String text) {
        var chains = new HashMap<Long, URI>();
        list(text).forEach(chain -> {
            var parts = chain.split("=", 2);
            if (parts.length != 2 || !parts[0].strip().matches("[1-9][0-9]{0,17}")) {
                throw new IllegalArgumentException("must be like 1=https://node.example, 8453=https://node.example");
            }
            var id = Long.valueOf(parts[0].strip());
            var endpoint = uri(parts[1].strip());
            AuthConfig.requireChain(id, endpoint);
            chains.put(id, endpoint);
        });
        return chains;
    }

    /// YAML: `[{issuer: https://id.example, audiences: [hedgerow], algorithm: ES256, keys: https://id.example/keys}]`
    static List<JwtIssuer> issuers(String text) {
        try {
            if (new Load(LoadSettings.builder().build()).loadFromString(text) instanceof List<?> list) {
                var issuers = list.stream().map(AuthSettings::issuer).toList();
                AuthConfig.requireDistinct(issuers);
                return issuers;
            }
        } catch (YamlEngineException e) {
            // Said below, without quoting it.
        }
        throw new IllegalArgumentException("must be a YAML list of issuers");
    }

    private static JwtIssuer issuer(Object entry) {
        if (!(entry instanceof Map<?, ?> fields) || !OF_ISSUER.containsAll(fields.keySet())) {
            throw new IllegalArgumentException("an issuer has the fields " + new TreeSet<>(OF_ISSUER));
        }
        return new JwtIssuer(
                text(fields, "issuer"),
                texts(fields, "audiences", Set.of()),
                algorithm(text(fields, "algorithm")),
                uri(text(fields, "keys")),
                texts(fields, "types", JwtIssuer.USUAL_TYPES));
    }

    private static String text(Map<?, ?> fields, String name) {
        if (fields.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("an issuer needs " + name);
    }

    private static Set<String> texts(Map<?, ?> fields, String name, Set<String> otherwise) {
        return fields.get(name) instanceof List<?> list
                ? list.stream().map(String::valueOf).collect(Collectors.toUnmodifiableSet())
                : otherwise;
    }

    private static JwtIssuer.Algorithm algorithm(String text) {
        return Stream.of(JwtIssuer.Algorithm.values())
                .filter(algorithm -> algorithm.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the algorithm is ES256 or RS256"));
    }

    private static Stream<String> list(String text) {
        return Stream.of(text.split(",")).map(String::strip).filter(part -> !part.isEmpty());
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("an address is no URI");
        }
    }
}
