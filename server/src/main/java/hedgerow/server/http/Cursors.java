package hedgerow.server.http;

import hedgerow.mappers.Cursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Places in lists, as callers carry them around: 24 bytes that say where, 16 that prove we said so.
///
/// The proof covers the list as well (tenant, mode, route and filters), so that a cursor of one list is worth
/// nothing in another.
final class Cursors {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int PLACE = Long.BYTES + 2 * Long.BYTES;
    private static final int PROOF = 16;

    private final SecretKeySpec key;

    Cursors(byte[] key) {
        this.key = new SecretKeySpec(key, ALGORITHM);
    }

    /// @param list which one, in any unambiguous form
    String write(String list, Cursor place) {
        var micros = ChronoUnit.MICROS.between(Instant.EPOCH, place.createdAt());
        var bytes = ByteBuffer.allocate(PLACE + PROOF)
                .putLong(micros)
                .putLong(place.id().getMostSignificantBits())
                .putLong(place.id().getLeastSignificantBits());
        bytes.put(proof(list, Arrays.copyOf(bytes.array(), PLACE)));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /// @throws Problem if we did not write this for that list
    Cursor read(String list, String text) {
        var bytes = bytes(text);
        if (bytes.length != PLACE + PROOF) {
            throw invalid();
        }
        var place = Arrays.copyOf(bytes, PLACE);
        if (!MessageDigest.isEqual(proof(list, place), Arrays.copyOfRange(bytes, PLACE, bytes.length))) {
            throw invalid();
        }
        var numbers = ByteBuffer.wrap(place);
        var createdAt = Instant.EPOCH.plus(numbers.getLong(), ChronoUnit.MICROS);
        return new Cursor(createdAt, new UUID(numbers.getLong(), numbers.getLong()));
    }

    private static byte[] bytes(String text) {
        try {
            return Base64.getUrlDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw invalid();
        }
    }

    private static Problem invalid() {
        return new Problem(ProblemCode.INVALID_CURSOR, "begin the list anew");
    }

    private byte[] proof(String list, byte[] place) {
        try {
            var mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update(place);
            return Arrays.copyOf(mac.doFinal(list.getBytes(StandardCharsets.UTF_8)), PROOF);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
