package hedgerow.server.provider;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The signature `t=<seconds>,v1=<hex>` of a webhook: HMAC-SHA256 over `<seconds>.<body>`.
public final class TimedSignature {

    /// The greatest distance between the time of a signature and now.
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private static final int MOST_PARTS = 20;
    private static final String ALGORITHM = "HmacSHA256";

    private TimedSignature() {}

    public static String of(byte[] body, String secret, Instant at) {
        return "t=%d,v1=%s".formatted(at.getEpochSecond(), HexFormat.of().formatHex(hmac(body, secret, seconds(at))));
    }

    /// Whether one of the signatures in a header is that of the body, by this secret and at about this
    /// time. A header may have several while a secret is replaced.
    public static boolean isOf(byte[] body, String header, String secret, Instant now) {
        if (header == null || secret.isEmpty()) {
            return false;
        }
        var parts = header.split(",", MOST_PARTS);
        var time = Arrays.stream(parts)
                .filter(part -> part.strip().matches("t=[0-9]{1,12}"))
                .map(part -> part.strip().substring(2))
                .findFirst();
        if (time.filter(seconds -> isRecent(seconds, now)).isEmpty()) {
            return false;
        }
        var wanted = HexFormat.of().formatHex(hmac(body, secret, time.get())).getBytes(StandardCharsets.US_ASCII);
        var found = false;
        for (var part : parts) {
            var given = part.strip().replaceFirst("^v1=", "").getBytes(StandardCharsets.UTF_8);
            found |= part.strip().startsWith("v1=") & MessageDigest.isEqual(wanted, given);
        }
        return found;
    }

    private static boolean isRecent(String seconds, Instant now) {
        var distance = Duration.between(Instant.ofEpochSecond(Long.parseLong(seconds)), now);
        return distance.abs().compareTo(WINDOW) <= 0;
    }

    private static String seconds(Instant at) {
        return Long.toString(at.getEpochSecond());
    }

    private static byte[] hmac(byte[] body, String secret, String seconds) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update((seconds + ".").getBytes(StandardCharsets.US_ASCII));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
