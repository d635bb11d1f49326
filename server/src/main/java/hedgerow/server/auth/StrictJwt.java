package hedgerow.server.auth;

import java.util.Base64;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A token that all parsers read in the same way. Nothing in it is verified yet.
///
/// It is small, and has three parts, canonical Base64url, JSON without duplicate names, and no header by
/// which the sender could choose the key or change the signed content.
record StrictJwt(ObjectNode header, ObjectNode claims) {

    static final int MAX_LENGTH = 8_192;

    private static final int MAX_KID = 200;

    private static final Pattern SHAPE = Pattern.compile("[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    private static final Set<String> HARMLESS = Set.of("alg", "kid", "typ", "cty", "x5t", "x5t#S256");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(16)
                            .maxNumberLength(20)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static StrictJwt parse(String token) throws InvalidToken {
        if (token.length() > MAX_LENGTH || !SHAPE.matcher(token).matches()) {
            throw new InvalidToken("it is not a signed JWT of at most " + MAX_LENGTH + " characters");
        }
        var parts = token.split("\\.");
        var jwt = new StrictJwt(json(parts[0]), json(parts[1]));
        decoded(parts[2]);
        jwt.requirePlainHeader();
        return jwt;
    }

    private static ObjectNode json(String part) throws InvalidToken {
        try {
            if (MAPPER.readTree(decoded(part)) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException e) {
            // Its message would quote the token.
        }
        throw new InvalidToken("a part is not a JSON object, or has a member twice");
    }

    /// Decodes canonical Base64url. Decoders ignore left-over bits, so that one token would have several
    /// spellings.
    private static byte[] decoded(String part) throws InvalidToken {
        try {
            var bytes = Base64.getUrlDecoder().decode(part);
            if (Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(part)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // It is reported below.
        }
        throw new InvalidToken("a part is not canonical Base64url");
    }

    private void requirePlainHeader() throws InvalidToken {
        for (var name : header.propertyNames()) {
            if (!HARMLESS.contains(name)) {
                throw new InvalidToken("its header has a member that is not trusted");
            }
        }
        var kid = text(header, "kid");
        if (kid.isEmpty() || kid.length() > MAX_KID) {
            throw new InvalidToken("its header names no key");
        }
    }

    /// The value of a text field; empty if there is none, or if it is not a string.
    static String text(JsonNode node, String name) {
        return node.path(name).stringValue("");
    }
}
