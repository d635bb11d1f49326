package hedgerow.server.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import hedgerow.server.http.Problem;
import hedgerow.server.http.ProblemCode;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URL;
import java.security.Key;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Verifies the tokens of configured issuers.
///
/// The key is one of the issuer's own set, by `kid`, and the algorithm is the issuer's: nothing in the
/// token chooses either. Sets are kept for five minutes, and fetched again when a token names an unknown
/// key, at most twice in thirty seconds, so that invented keys cost the issuer nothing; when the issuer
/// cannot be reached, the last set stays valid for an hour.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc8725">RFC 8725, JSON Web Token Best Current Practices</a>
final class JwtVerifier {

    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int MAX_SET_BYTES = 256 * 1024;
    private static final Duration KEEP = Duration.ofMinutes(5);
    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final Duration BETWEEN_REFRESHES = Duration.ofSeconds(30);
    private static final Duration OUTAGE = Duration.ofHours(1);
    private static final Duration SKEW = Duration.ofSeconds(30);
    private static final Duration LONGEST_LIFE = Duration.ofDays(1);
    private static final int MIN_RSA_BITS = 2048;

    private final Map<String, DefaultJWTProcessor<SecurityContext>> processors;

    JwtVerifier(List<JwtIssuer> issuers) {
        processors = issuers.stream().collect(Collectors.toUnmodifiableMap(JwtIssuer::name, JwtVerifier::processor));
    }

    private static DefaultJWTProcessor<SecurityContext> processor(JwtIssuer issuer) {
        var processor = new DefaultJWTProcessor<SecurityContext>();
        var types = issuer.types().stream()
                .map(type -> type.isEmpty() ? null : new JOSEObjectType(type))
                .toArray(JOSEObjectType[]::new);
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(types));
        processor.setJWSKeySelector(new StrongKeys(issuer, keys(issuer)));
        var claims = new DefaultJWTClaimsVerifier<>(
                issuer.audiences(),
                new JWTClaimsSet.Builder().issuer(issuer.name()).build(),
                Set.of("sub", "exp", "iat"),
                Set.of("events")); // a logout or security event token
        claims.setMaxClockSkew((int) SKEW.toSeconds());
        processor.setJWTClaimsSetVerifier(claims);
        return processor;
    }

    private static JWKSource<SecurityContext> keys(JwtIssuer issuer) {
        try {
            return JWKSourceBuilder.create(issuer.keys().toURL(), new OneHop())
                    .refreshAheadCache(false)
                    .cache(KEEP.toMillis(), REFRESH.toMillis())
                    .rateLimited(BETWEEN_REFRESHES.toMillis())
                    .outageTolerant(OUTAGE.toMillis())
                    .build();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(
                    "the keys of the issuer %s are not at a URL".formatted(issuer.name()), e);
        }
    }

    /// Verifies a token.
    ///
    /// @throws InvalidToken if the token proves nothing
    /// @throws Problem [ProblemCode#UNAVAILABLE] if the issuer's keys cannot be fetched
    JwtIdentity verify(String token) throws InvalidToken {
        var strict = StrictJwt.parse(token);
        var processor = processors.get(StrictJwt.text(strict.claims(), "iss"));
        if (processor == null) {
            throw new InvalidToken("its issuer is not configured");
        }
        try {
            return identity(processor.process(token, null));
        } catch (RateLimitReachedException e) {
            throw new InvalidToken("its signing key is unknown");
        } catch (KeySourceException e) {
            throw new Problem(ProblemCode.UNAVAILABLE, "the keys of its issuer are unavailable at the moment")
                    .withHeader("Retry-After", "5");
        } catch (BadJOSEException | JOSEException | ParseException e) {
            throw new InvalidToken("its signature, type, issuer, audience or time does not hold");
        }
    }

    private static JwtIdentity identity(JWTClaimsSet claims) throws InvalidToken, ParseException {
        requireTimes(claims);
        var subject = claims.getSubject();
        if (subject.isBlank() || subject.length() > 500 || subject.chars().anyMatch(Character::isISOControl)) {
            throw new InvalidToken("its subject is invalid");
        }
        return new JwtIdentity(
                claims.getIssuer(),
                subject,
                verifiedEmail(claims),
                text(claims, "name"),
                text(claims, "nonce"),
                Optional.ofNullable(claims.getDateClaim("auth_time")).map(Date::toInstant));
    }

    private static void requireTimes(JWTClaimsSet claims) throws InvalidToken {
        var issued = claims.getIssueTime().toInstant();
        if (issued.isAfter(Instant.now().plus(SKEW))) {
            throw new InvalidToken("it is issued in the future");
        }
        if (issued.plus(LONGEST_LIFE).isBefore(claims.getExpirationTime().toInstant())) {
            throw new InvalidToken("it lives too long");
        }
    }

    private static Optional<String> verifiedEmail(JWTClaimsSet claims) throws ParseException {
        return Optional.ofNullable(claims.getBooleanClaim("email_verified"))
                .filter(verified -> verified)
                .flatMap(_ -> text(claims, "email"))
                .map(email -> email.toLowerCase(Locale.ROOT))
                .filter(email -> email.length() <= 320 && email.matches("[^@\\s]+@[^@\\s]+"));
    }

    private static Optional<String> text(JWTClaimsSet claims, String name) {
        return Optional.ofNullable(claims.getClaim(name))
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .filter(value -> !value.isBlank() && value.chars().noneMatch(Character::isISOControl));
    }

    /// Selects those of the issuer's keys that are strong enough.
    private static final class StrongKeys extends JWSVerificationKeySelector<SecurityContext> {

        StrongKeys(JwtIssuer issuer, JWKSource<SecurityContext> keys) {
            super(issuer.algorithm().jws, keys);
        }

        @Override
        public List<Key> selectJWSKeys(JWSHeader header, SecurityContext context) throws KeySourceException {
            return super.selectJWSKeys(header, context).stream()
                    .filter(key -> !(key instanceof RSAPublicKey rsa)
                            || rsa.getModulus().bitLength() >= MIN_RSA_BITS)
                    .toList();
        }
    }

    /// Fetches from the configured address only, without following redirects.
    private static final class OneHop extends DefaultResourceRetriever {

        OneHop() {
            super((int) TIMEOUT.toMillis(), (int) TIMEOUT.toMillis(), MAX_SET_BYTES);
        }

        @Override
        protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
            var connection = super.openHTTPConnection(url);
            connection.setInstanceFollowRedirects(false);
            return connection;
        }
    }
}
