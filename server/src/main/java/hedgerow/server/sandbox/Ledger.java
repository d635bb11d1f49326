package hedgerow.server.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The charges and refunds that the sandbox made, each once for its idempotency key, and the log of
/// them: the sandbox's own word of what it did.
final class Ledger {

    private static final JsonMapper MAPPER = new JsonMapper();
    private static final long FEE_FIXED = 10;
    private static final long FEE_PART = 100;

    private final Optional<Path> file;
    private final Map<String, Entry> byKey = new HashMap<>();
    private final Map<String, Integer> tries = new HashMap<>();
    private final Map<String, Integer> looks = new HashMap<>();
    private final List<Entry> log = new ArrayList<>();

    /// One charge or refund.
    ///
    /// @param attempt of the order's; 0: a refund
    /// @param refund null: a charge
    /// @param method of the charge
    record Entry(
            String kind,
            String id,
            String key,
            String order,
            int attempt,
            String refund,
            String charge,
            String method,
            String currency,
            long amountMinor,
            Long feeMinor,
            String status,
            String code) {

        Entry with(String newStatus, String newCode) {
            return new Entry(
                    kind,
                    id,
                    key,
                    order,
                    attempt,
                    refund,
                    charge,
                    method,
                    currency,
                    amountMinor,
                    feeMinor,
                    newStatus,
                    newCode);
        }

        boolean isSameRequest(Entry other) {
            return kind.equals(other.kind)
                    && order.equals(other.order)
                    && attempt == other.attempt
                    && String.valueOf(refund).equals(String.valueOf(other.refund))
                    && String.valueOf(method).equals(String.valueOf(other.method))
                    && String.valueOf(charge).equals(String.valueOf(other.charge))
                    && currency.equals(other.currency)
                    && amountMinor == other.amountMinor;
        }
    }

    /// Opens a ledger.
    ///
    /// @param file keeps the log, and is read first if it is there; empty: in memory alone
    Ledger(Optional<Path> file) throws IOException {
        this.file = file;
        if (file.isPresent()) {
            open(file.get());
        }
    }

    static long fee(long amountMinor) {
        return FEE_FIXED + Math.ceilDiv(amountMinor, FEE_PART);
    }

    static String id(String prefix) {
        return prefix + UUID.randomUUID().toString().replace("-", "");
    }

    /// The number of times that this key has been submitted, this time included.
    synchronized int submitted(String key) {
        return tries.merge(key, 1, Integer::sum);
    }

    /// The number of times that this has been looked up, this time included.
    synchronized int lookedUp(String subject) {
        return looks.merge(subject, 1, Integer::sum);
    }

    /// The entry that exists under the key, or is made now; empty if the key was used for another request.
    synchronized Optional<Entry> make(Entry entry) {
        var known = byKey.get(entry.key());
        if (known != null) {
            return Optional.of(known).filter(entry::isSameRequest);
        }
        write(entry);
        return Optional.of(entry);
    }

    /// Notes another state of what there is.
    synchronized Entry move(Entry entry, String status, String code) {
        var moved = entry.with(status, code);
        write(moved);
        return moved;
    }

    synchronized List<Entry> find(Predicate<Entry> wanted) {
        return byKey.values().stream().filter(wanted).toList();
    }

    synchronized List<Entry> log() {
        return List.copyOf(log);
    }

    private void write(Entry entry) {
        keep(entry);
        file.ifPresent(path -> {
            try {
                var line = MAPPER.writeValueAsString(entry) + "\n";
                Files.writeString(path, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private void keep(Entry entry) {
        byKey.put(entry.key(), entry);
        log.add(entry);
    }

    /// Reads what is there, and makes sure that more can be written.
    private void open(Path path) throws IOException {
        try {
            Files.write(path, new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            var number = 0;
            for (var line : Files.readAllLines(path)) {
                number++;
                keep(entry(path, number, line));
            }
        } catch (FileSystemException e) {
            throw new IOException("%s cannot be read and written".formatted(path), e);
        } catch (CharacterCodingException e) {
            throw new IOException("%s is not a sandbox's log".formatted(path), e);
        }
    }

    private static Entry entry(Path path, int number, String line) throws IOException {
        try {
            var entry = MAPPER.readValue(line, Entry.class);
            if (entry != null && entry.key() != null && entry.status() != null) {
                return entry;
            }
        } catch (JacksonException e) {
            // Reported below, as any other line that is no entry.
        }
        throw new IOException("line %d of %s is not of a sandbox's log".formatted(number, path));
    }
}
