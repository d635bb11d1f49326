package hedgerow.server.auth;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.nimbusds.jose.JWSAlgorithm;
import java.net.URI;
import java.util.Set;

/// A trusted issuer of tokens.
///
/// @param name the `iss` of its tokens, exactly
/// @param audiences of which a token names at least one in `aud`
/// @param algorithm of its signatures, the only one: ES256 or RS256
/// @param keys its JWK set: an `https:` or `file:` URI, or `http:` on this machine
/// @param types of which a token names one in `typ`; an empty string stands for a missing `typ`, and null
///     for the usual ones
public record JwtIssuer(
        @JsonProperty("issuer") String name, Set<String> audiences, Algorithm algorithm, URI keys, Set<String> types) {

    /// An algorithm of signatures.
    public enum Algorithm {
        ES256(JWSAlgorithm.ES256),
        RS256(JWSAlgorithm.RS256);

        final JWSAlgorithm jws;

        Algorithm(JWSAlgorithm jws) {
            this.jws = jws;
        }
    }

    /// The usual `typ` of tokens from issuers of OAuth 2.0 and OpenID Connect.
    public static final Set<String> USUAL_TYPES = Set.of("JWT", "at+jwt");

    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    /// Checks the settings.
    ///
    /// @throws IllegalArgumentException if anybody's token would pass
    public JwtIssuer {
        require(name != null && !name.isBlank() && name.length() <= 500, "must name an issuer, in `issuer`");
        require(audiences != null, "must name the audiences of %s, as a list in `audiences`".formatted(name));
        require(algorithm != null, "must name the algorithm of %s, in `algorithm`".formatted(name));
        audiences = Set.copyOf(audiences);
        types = types == null ? USUAL_TYPES : Set.copyOf(types);
        require(!audiences.isEmpty() && !audiences.contains(""), "must name an audience of " + name);
        require(!types.isEmpty(), "must name a type of " + name);
        require(keys != null && isSafe(keys), "must have an https or file address for the `keys` of " + name);
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    private static boolean isSafe(URI uri) {
        return switch (String.valueOf(uri.getScheme())) {
            case "https" -> uri.getHost() != null;
            case "file" -> uri.getHost() == null && uri.getPath() != null;
            case "http" -> THIS_MACHINE.contains(String.valueOf(uri.getHost()));
            default -> false;
        };
    }
}
