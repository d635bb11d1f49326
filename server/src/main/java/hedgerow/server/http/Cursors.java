package hedgerow.server.http;

import hedgerow.mappers.Cursor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;

/// Positions in lists, in the form that callers receive: 24 bytes of position, and 16 that prove that the
/// server wrote it.
///
/// The proof covers the list as well (tenant, mode, route and filters), so that a cursor of one list is
/// invalid in any other.
final class Cursors {

    private static final int PLACE = Long.BYTES + 2 * Long.BYTES;
    private static final int PROOF = 16;

    private final Hmac key;

    Cursors(byte[] key) {
        this.key = new Hmac(key);
    }

    /// Writes a cursor.
    ///
    /// @param list names the list, in any unambiguous form
    String write(String list, Cursor place) {
        var micros = ChronoUnit.MICROS.between(Instant.EPOCH, place.createdAt());
        var bytes = ByteBuffer.allocate(PLACE + PROOF)
                .putLong(micros)
                .putLong(place.id().getMostSignificantBits())
                .putLong(place.id().getLeastSignificantBits());
        bytes.put(proof(list, Arrays.copyOf(bytes.array(), PLACE)));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }

    /// Reads a cursor.
    ///
    /// @throws Problem if the server did not write it for that list
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
        return new Problem(ProblemCode.INVALID_CURSOR, "start again from the first page of this list");
    }

    private byte[] proof(String list, byte[] place) {
        return Arrays.copyOf(key.of(place, list.getBytes(StandardCharsets.UTF_8)), PROOF);
    }
}
