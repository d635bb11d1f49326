package hedgerow.server.http;

import java.security.SecureRandom;
import java.util.UUID;

/// Generates ids like the database's, UUIDs of version 7 (RFC 9562), for rows whose id is needed before
/// they are written.
final class Ids {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    static UUID next() {
        var high = System.currentTimeMillis() << 16 | 0x7000 | RANDOM.nextInt(1 << 12);
        var low = RANDOM.nextLong() & 0x3fff_ffff_ffff_ffffL | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }
}
