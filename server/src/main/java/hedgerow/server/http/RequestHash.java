package hedgerow.server.http;

import hedgerow.mappers.idempotency.IdempotencyKey;
import hedgerow.mappers.idempotency.IdempotencyKeyMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/// Recognizes a repeated request without keeping it: 8 bytes name the key, 24 are an HMAC-SHA-256 of the
/// request.
///
/// Requests hold secrets and other values that can be guessed, so that whoever reads a bare hash could try
/// guesses against it. The HMAC says nothing to whoever lacks the server's key.
final class RequestHash {

    private static final int NAME = 8;
    private static final int LENGTH = 32;

    private final Hmac key;
    private final byte[] name;

    /// @param serverKey the same on all servers and after each restart; see [#isSame]
    RequestHash(byte[] serverKey) {
        this.key = Hmac.derived(serverKey, "hedgerow request hash v1");
        this.name = Arrays.copyOf(key.of(utf8("name")), NAME);
    }

    byte[] hash(String method, String path, byte[] body) {
        var hash = Arrays.copyOf(name, LENGTH);
        var hmac = key.of(utf8(method + " " + path + "\n"), body);
        System.arraycopy(hmac, 0, hash, NAME, LENGTH - NAME);
        return hash;
    }

    /// Whether the request is the first one again.
    ///
    /// A hash under another key, of a server that was started without one or before its key changed, cannot be
    /// compared: then method and path decide. To repeat the first answer is safe; to refuse it would tempt the
    /// caller to pay again under a new idempotency key.
    boolean isSame(IdempotencyKeyMapper.New request, IdempotencyKey first) {
        var comparable = MessageDigest.isEqual(name, Arrays.copyOf(first.requestHash(), NAME));
        return comparable
                ? MessageDigest.isEqual(first.requestHash(), request.requestHash())
                : first.method().equals(request.method()) && first.path().equals(request.path());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
