package hedgerow.bench.spring;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Generates time-ordered ids, like the database for the others: JPA needs the id beforehand.
final class UuidV7 {

    private UuidV7() {}

    static UUID next() {
        var random = ThreadLocalRandom.current();
        var high = System.currentTimeMillis() << 16 | 0x7000 | random.nextInt(0x1000);
        return new UUID(high, random.nextLong() >>> 2 | 0x8000_0000_0000_0000L);
    }
}
