package hedgerow.mappers.idempotency;

import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import java.util.Optional;

/// Requests that may be repeated without harm. An actor finds its own and no one else's.
public interface IdempotencyKeyMapper {

    /// Takes a key for this request, until the transaction ends: an effect and its answer are committed
    /// together or not at all. A key that has expired is as good as new. Waits for no one.
    Claim claim(TenantKey tenant, New created);

    /// The request that has the key.
    Optional<IdempotencyKey> find(TenantKey tenant, String key);

    /// Keeps the answer to a claimed request, byte for byte; 0 if it has one.
    int answer(TenantKey tenant, String key, int status, Json body);

    /// How a claim ended.
    enum Claim {
        /// The key is this request's.
        CLAIMED,
        /// A request that is committed has it: [#find] it.
        KNOWN,
        /// A request that is under way has it.
        IN_FLIGHT
    }

    /// @param requestHash 32 bytes that tell the request from others: a keyed hash, because requests hold
    ///     secrets
    record New(String key, String method, String path, byte[] requestHash) {}
}
