package hedgerow.server.auth;

import com.nimbusds.jose.crypto.impl.ECDSA;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.json.JsonMapper;

/// A token made by an issuer or an attacker: nothing here is checked.
final class Jwt {

    private static final JsonMapper MAPPER = new JsonMapper();

    private final JWK key;
    private final Map<String, Object> header = new LinkedHashMap<>();
    private final Map<String, Object> claims = new LinkedHashMap<>();

    Jwt(JWK key) {
        this.key = key;
        var now = Instant.now().getEpochSecond();
        header("alg", key instanceof RSAKey ? "RS256" : "ES256")
                .header("typ", "JWT")
                .header("kid", key.getKeyID());
        claim("iss", "https://id.example").claim("aud", "hedgerow").claim("sub", "someone");
        claim("iat", now).claim("exp", now + 300).claim("auth_time", now);
    }

    /// Sets a header.
    ///
    /// @param value null removes it
    Jwt header(String name, Object value) {
        header.remove(name);
        if (value != null) {
            header.put(name, value);
        }
        return this;
    }

    /// Sets a claim.
    ///
    /// @param value null removes it
    Jwt claim(String name, Object value) {
        claims.remove(name);
        if (value != null) {
            claims.put(name, value);
        }
        return this;
    }

    String sign() {
        return sign(MAPPER.writeValueAsString(header), MAPPER.writeValueAsString(claims));
    }

    /// Signs a token with a duplicate claim.
    String signTwice(String name, String value) {
        var json = MAPPER.writeValueAsString(claims);
        return sign(
                MAPPER.writeValueAsString(header),
                json.substring(0, json.length() - 1) + ",\"" + name + "\":" + MAPPER.writeValueAsString(value) + "}");
    }

    /// Signs a token with a duplicate header.
    String signHeaderTwice(String name, String value) {
        var json = MAPPER.writeValueAsString(header);
        return sign(
                json.substring(0, json.length() - 1) + ",\"" + name + "\":" + MAPPER.writeValueAsString(value) + "}",
                MAPPER.writeValueAsString(claims));
    }

    String unsigned() {
        return encode(MAPPER.writeValueAsString(header)) + "." + encode(MAPPER.writeValueAsString(claims)) + ".";
    }

    /// Signs a token by HMAC under a key that everyone knows.
    String mac(byte[] secret) {
        var input = unsigned().substring(0, unsigned().length() - 1);
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return input + "." + encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private String sign(String headerText, String claimsText) {
        var input = encode(headerText) + "." + encode(claimsText);
        return input + "." + encode(signature(input));
    }

    private byte[] signature(String input) {
        try {
            return switch (key) {
                case RSAKey rsa -> signature("SHA256withRSA", rsa.toPrivateKey(), input);
                case ECKey ec ->
                    ECDSA.transcodeSignatureToConcat(signature("SHA256withECDSA", ec.toPrivateKey(), input), 64);
                default -> throw new IllegalArgumentException("no such key");
            };
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] signature(String algorithm, PrivateKey key, String input) throws GeneralSecurityException {
        var signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(input.getBytes(StandardCharsets.US_ASCII));
        return signature.sign();
    }

    private static String encode(String text) {
        return encode(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
