package hedgerow.server.http;

import hedgerow.mappers.idempotency.IdempotencyKey;
import hedgerow.mappers.idempotency.IdempotencyKeyMapper;
import hedgerow.server.settings.HexKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;

/// Recognizes a repeated request without storing it: 8 bytes name the key, 24 are an HMAC-SHA-256 of the
/// request.
///
/// Requests contain secrets and other values that can be guessed, so that a bare hash would allow anyone to
/// verify guesses. The HMAC reveals nothing without the server's key.
final class RequestHash {

    private static final int NAME = 8;
    private static final int LENGTH = 32;

    private final Hmac key;
    private final byte[] name;
    private final boolean lasts;

    /// Hashes under a key.
    ///
    /// @param serverKey the same on all servers and after each restart; without one, a key that ends with
    ///     this server
    RequestHash(Optional<byte[]> serverKey) {
        this.lasts = serverKey.isPresent();
        this.key = Hmac.derived(serverKey.orElseGet(() -> HexKey.random().bytes()), "hedgerow request hash v1");
        this.name = Arrays.copyOf(key.of(utf8("name")), NAME);
    }

    byte[] hash(String method, String path, byte[] body) {
        var hash = Arrays.copyOf(name, LENGTH);
        var hmac = key.of(utf8(method + " " + path + "\n"), body);
        System.arraycopy(hmac, 0, hash, NAME, LENGTH - NAME);
        return hash;
    }

    /// Whether a request that was hashed by this server or another one can be compared at all. A server
    /// with a temporary key would treat every request to the same path as a repetition after each restart.
    boolean canCompare(IdempotencyKey first) {
        return lasts || isOurs(first);
    }

    private boolean isOurs(IdempotencyKey first) {
        return MessageDigest.isEqual(name, Arrays.copyOf(first.requestHash(), NAME));
    }

    /// Whether the request repeats the first one.
    ///
    /// A hash from before the server's key changed cannot be compared: then method and path decide.
    /// Repeating the first response is safe; refusing it would tempt the caller to pay again under a new
    /// idempotency key.
    boolean isSame(IdempotencyKeyMapper.New request, IdempotencyKey first) {
        return isOurs(first)
                ? MessageDigest.isEqual(first.requestHash(), request.requestHash())
                : first.method().equals(request.method()) && first.path().equals(request.path());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
