package hedgerow.rls.bind;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The maker of sealed mode's tokens: an HMAC-SHA256 over who is bound, the time of expiry, and the
/// backend.
///
/// The message is that of `app_private.token_message`, see `docs/sessions.md`.
final class Sealer {

    private static final Duration LIFETIME = Duration.ofSeconds(30);

    /// The keyed Mac, cloned for each token, because a Mac serves one thread at a time.
    private final Mac keyed;

    Sealer(byte[] key) {
        if (key.length < 32 || key.length > 64) {
            throw new IllegalArgumentException(
                    "The bind key has %d bytes. Pass one of 32 to 64 bytes.".formatted(key.length));
        }
        try {
            keyed = Mac.getInstance("HmacSHA256");
            keyed.init(new SecretKeySpec(key, "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Object> arguments(Tenant tenant, String backend) {
        var expires = Instant.now().plus(LIFETIME).truncatedTo(ChronoUnit.MICROS);
        var nonce = UUID.randomUUID();
        var mac = mac(String.join(
                "|",
                "hedgerow-bind-v1",
                tenant.id(),
                tenant.actor(),
                tenant.live() ? "t" : "f",
                micros(expires),
                nonce.toString(),
                backend));
        return List.of(tenant.id(), tenant.actor(), tenant.live(), expires.atOffset(ZoneOffset.UTC), nonce, mac);
    }

    /// The name of a backend, as `app_private.backend()` writes it.
    static String name(BindCall.Backend backend) throws SQLException {
        return backend.pid() + "." + micros(backend.start());
    }

    private static String micros(Instant time) {
        return Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, time));
    }

    private byte[] mac(String message) {
        try {
            return ((Mac) keyed.clone()).doFinal(message.getBytes(StandardCharsets.UTF_8));
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }
}
