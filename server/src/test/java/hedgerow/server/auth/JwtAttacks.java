package hedgerow.server.auth;

import static hedgerow.server.http.ProblemCode.UNAUTHENTICATED;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/// Attacks with tokens that claim to identify the owner of Acme, as `owner` of the first issuer does.
final class JwtAttacks {

    private JwtAttacks() {}

    static Stream<Attack> all() {
        return Stream.of(algorithms(), keys(), headers(), claims(), subjects(), spelling(), signatures())
                .flatMap(attacks -> attacks);
    }

    private static Attack jwt(String name, Function<World, String> token) {
        return new Attack("jwt, " + name, UNAUTHENTICATED, world -> world.bearer("/v1/me", token.apply(world)));
    }

    private static Jwt good(World world) {
        return world.jwt("owner");
    }

    private static Stream<Attack> algorithms() {
        return Stream.of(
                jwt(
                        "alg none, no signature",
                        world -> good(world).header("alg", "none").unsigned()),
                jwt(
                        "alg none, some signature",
                        world -> good(world).header("alg", "none").unsigned() + "c2ln"),
                jwt("alg NoNe", world -> good(world).header("alg", "NoNe").sign()),
                jwt("alg missing", world -> good(world).header("alg", null).sign()),
                jwt(
                        "HMAC under the public key, PEM",
                        world -> good(world).header("alg", "HS256").mac(pem(world.ec))),
                jwt(
                        "HMAC under the public key, JWK",
                        world -> good(world)
                                .header("alg", "HS256")
                                .mac(bytes(world.ec.toPublicJWK().toJSONString()))),
                jwt(
                        "HMAC under nothing",
                        world -> good(world).header("alg", "HS256").mac(new byte[1])),
                jwt(
                        "RS256 for an issuer of ES256",
                        world -> new Jwt(world.rsa).claim("sub", "owner").sign()),
                jwt(
                        "ES256 for an issuer of RS256",
                        world -> good(world).claim("iss", World.OTHER_ISSUER).sign()),
                jwt(
                        "PS256 said, RS256 made",
                        world -> rsa(world).header("alg", "PS256").sign()),
                jwt("ES384 said", world -> good(world).header("alg", "ES384").sign()),
                jwt("ES256K said", world -> good(world).header("alg", "ES256K").sign()));
    }

    private static Stream<Attack> keys() {
        return Stream.of(
                jwt(
                        "another key under the known name",
                        world -> forged("ec-1").claim("sub", "owner").sign()),
                jwt(
                        "a key of nobody",
                        world -> forged("nobody").claim("sub", "owner").sign()),
                jwt(
                        "a weak RSA key of the issuer",
                        world -> new Jwt(world.weak)
                                .claim("iss", World.OTHER_ISSUER)
                                .claim("sub", "owner")
                                .sign()),
                jwt(
                        "the key of another issuer",
                        world -> rsa(world).claim("iss", World.ISSUER).sign()),
                jwt("no kid", world -> good(world).header("kid", null).sign()),
                jwt("kid is a number", world -> good(world).header("kid", 1).sign()),
                jwt(
                        "kid is a path",
                        world -> good(world)
                                .header("kid", "../../../../dev/null")
                                .sign()),
                jwt(
                        "kid is SQL",
                        world -> good(world).header("kid", "ec-1' or '1'='1").sign()),
                jwt(
                        "kid is huge",
                        world -> good(world).header("kid", "k".repeat(1_000)).sign()));
    }

    private static Stream<Attack> headers() {
        return Stream.of(
                jwt(
                        "jku of the attacker",
                        world -> forged("ec-1")
                                .header("jku", "https://evil.example/keys")
                                .claim("sub", "owner")
                                .sign()),
                jwt(
                        "x5u of the attacker",
                        world -> good(world)
                                .header("x5u", "https://evil.example/cert")
                                .sign()),
                jwt(
                        "jwk of the attacker",
                        world -> embedded().claim("sub", "owner").sign()),
                jwt(
                        "x5c of the attacker",
                        world -> good(world).header("x5c", List.of("AAAA")).sign()),
                jwt(
                        "crit of the unknown",
                        world -> good(world)
                                .header("crit", List.of("admin"))
                                .header("admin", true)
                                .sign()),
                jwt("b64 false", world -> good(world).header("b64", false).sign()),
                jwt("zip", world -> good(world).header("zip", "DEF").sign()),
                jwt("alg said twice", world -> good(world).signHeaderTwice("alg", "none")),
                jwt("kid said twice", world -> good(world).signHeaderTwice("kid", "ec-1")),
                jwt("no typ", world -> good(world).header("typ", null).sign()),
                jwt(
                        "typ of a logout token",
                        world -> good(world).header("typ", "logout+jwt").sign()),
                jwt(
                        "typ of a proof of possession",
                        world -> good(world).header("typ", "dpop+jwt").sign()));
    }

    private static Stream<Attack> claims() {
        return Stream.of(
                jwt("expired", world -> good(world).claim("exp", in(-60)).sign()),
                jwt("never expires", world -> good(world).claim("exp", null).sign()),
                jwt("exp is text", world -> good(world).claim("exp", "tomorrow").sign()),
                jwt(
                        "exp is beyond all time",
                        world -> good(world).claim("exp", Long.MAX_VALUE).sign()),
                jwt(
                        "lives for a year",
                        world -> good(world).claim("exp", in(31_536_000)).sign()),
                jwt("not yet valid", world -> good(world).claim("nbf", in(300)).sign()),
                jwt(
                        "issued in the future",
                        world -> good(world).claim("iat", in(300)).sign()),
                jwt("issued at no time", world -> good(world).claim("iat", null).sign()),
                jwt(
                        "for another audience",
                        world -> good(world).claim("aud", "elsewhere").sign()),
                jwt(
                        "for an audience like ours",
                        world -> good(world).claim("aud", "hedgerow2").sign()),
                jwt("for no audience", world -> good(world).claim("aud", null).sign()),
                jwt(
                        "for an empty audience",
                        world -> good(world).claim("aud", List.of()).sign()));
    }

    private static Stream<Attack> subjects() {
        return Stream.of(
                jwt(
                        "of another issuer",
                        world ->
                                good(world).claim("iss", "https://evil.example").sign()),
                jwt(
                        "of an issuer like ours",
                        world -> good(world).claim("iss", World.ISSUER + "/").sign()),
                jwt(
                        "of two issuers",
                        world -> good(world)
                                .claim("iss", List.of(World.ISSUER, "https://evil.example"))
                                .sign()),
                jwt("of no issuer", world -> good(world).claim("iss", null).sign()),
                jwt("of nobody", world -> good(world).claim("sub", null).sign()),
                jwt("of an empty subject", world -> good(world).claim("sub", "").sign()),
                jwt(
                        "of a subject with NUL",
                        world -> good(world).claim("sub", "owner\u0000").sign()),
                jwt(
                        "of the subject in other case",
                        world -> good(world).claim("sub", "OWNER").sign()),
                jwt(
                        "of the subject with a space",
                        world -> good(world).claim("sub", "owner ").sign()),
                jwt(
                        "of a stranger",
                        world -> good(world).claim("sub", "stranger").sign()),
                jwt(
                        "of a person by our own id",
                        world -> good(world)
                                .claim("sub", world.user("Owner of Acme").toString())
                                .sign()),
                jwt(
                        "of a subject of the other issuer",
                        world -> good(world).claim("sub", "rsa-owner").sign()),
                jwt(
                        "of a subject in SQL",
                        world -> good(world).claim("sub", "' or ''='").sign()),
                jwt(
                        "a security event",
                        world ->
                                good(world).claim("events", Map.of("logout", 1)).sign()),
                jwt("sub said twice", world -> world.jwt("stranger").signTwice("sub", "owner")),
                jwt("exp said twice", world -> good(world).signTwice("exp", "9999999999")));
    }

    private static Stream<Attack> spelling() {
        return Stream.of(
                jwt(
                        "oversized",
                        world -> good(world).claim("more", "x".repeat(7_000)).sign()),
                jwt(
                        "nested deeply",
                        world -> good(world).claim("more", nested(100)).sign()),
                jwt("one part", world -> "e30."),
                jwt("four parts", world -> good(world).sign() + ".c2ln"),
                jwt("encrypted", world -> good(world).sign() + ".AAAA.AAAA"),
                jwt("padded", world -> good(world).sign() + "="),
                jwt("payload is a list", world -> parts(good(world).sign())[0] + "." + encoded("[]") + ".c2ln"),
                jwt(
                        "payload with an appendix",
                        world -> parts(good(world).sign())[0] + "." + encoded("{}{}") + ".c2ln"),
                jwt("payload is no JSON", world -> parts(good(world).sign())[0] + "." + encoded("owner") + ".c2ln"));
    }

    private static Stream<Attack> signatures() {
        return Stream.of(
                jwt("signature cut off", world -> cut(good(world).sign(), 1)),
                jwt(
                        "no signature",
                        world -> parts(good(world).sign())[0] + "."
                                + parts(good(world).sign())[1] + "."),
                jwt("signature of zeros", world -> resigned(good(world).sign(), new byte[64])),
                jwt(
                        "signature with one bit turned",
                        world -> flipped(good(world).sign())),
                jwt(
                        "signature of another token",
                        world -> parts(good(world).sign())[0] + "."
                                + parts(good(world).sign())[1] + "."
                                + parts(world.jwt("stranger").sign())[2]),
                jwt("subject exchanged after signing", world -> exchanged(world)));
    }

    // --- tools ---------------------------------------------------------------------------------------------------

    private static Jwt rsa(World world) {
        return new Jwt(world.rsa).claim("iss", World.OTHER_ISSUER).claim("sub", "rsa-owner");
    }

    private static Jwt forged(String keyId) {
        return new Jwt(attackers(keyId));
    }

    private static Jwt embedded() {
        var key = attackers("ec-1");
        return new Jwt(key).header("jwk", key.toPublicJWK().toJSONObject());
    }

    private static ECKey attackers(String keyId) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(keyId).generate();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] pem(ECKey key) {
        try {
            var body = Base64.getMimeEncoder(64, new byte[] {'\n'})
                    .encodeToString(key.toECPublicKey().getEncoded());
            return bytes("-----BEGIN PUBLIC KEY-----\n" + body + "\n-----END PUBLIC KEY-----\n");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static long in(long seconds) {
        return Instant.now().getEpochSecond() + seconds;
    }

    private static Object nested(int depth) {
        Object value = 1;
        for (int i = 0; i < depth; i++) {
            value = List.of(value);
        }
        return value;
    }

    private static String[] parts(String token) {
        return token.split("\\.");
    }

    private static String cut(String token, int bytes) {
        var signature = Base64.getUrlDecoder().decode(parts(token)[2]);
        return resigned(token, Arrays.copyOf(signature, signature.length - bytes));
    }

    private static String flipped(String token) {
        var signature = Base64.getUrlDecoder().decode(parts(token)[2]);
        signature[10] ^= 1;
        return resigned(token, signature);
    }

    private static String resigned(String token, byte[] signature) {
        return parts(token)[0] + "." + parts(token)[1] + "." + encoded(signature);
    }

    private static String exchanged(World world) {
        var token = world.jwt("stranger").sign();
        var claims = new String(Base64.getUrlDecoder().decode(parts(token)[1]), StandardCharsets.UTF_8);
        return parts(token)[0] + "." + encoded(claims.replace("stranger", "owner")) + "." + parts(token)[2];
    }

    private static String encoded(String text) {
        return encoded(bytes(text));
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
