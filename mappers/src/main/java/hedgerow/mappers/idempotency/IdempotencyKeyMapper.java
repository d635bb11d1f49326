package hedgerow.mappers.idempotency;

import hedgerow.mappers.Json;
import hedgerow.mappers.TenantKey;
import java.util.Optional;

/// Requests that may be repeated without harm. An actor finds its own and no one else's.
public interface IdempotencyKeyMapper {

    /// Takes a key for this request until the transaction ends: an effect and its response are committed
    /// together or not at all. An expired key is as good as new. The call never waits for another
    /// transaction.
    Claim claim(TenantKey tenant, New created);

    /// Finds the request that has the key.
    Optional<IdempotencyKey> find(TenantKey tenant, String key);

    /// Stores the response to a claimed request, byte for byte; returns 0 if it already has one.
    int answer(TenantKey tenant, String key, int status, Json body);

    /// The outcome of a claim.
    enum Claim {
        /// This request has the key.
        CLAIMED,
        /// A committed request has the key; [#find] returns it.
        KNOWN,
        /// A request that is still running has the key.
        IN_FLIGHT
    }

    /// The values of a new row.
    ///
    /// @param requestHash 32 bytes that distinguish the request from others: a keyed hash, because requests
    ///     hold secrets
    record New(String key, String method, String path, byte[] requestHash) {}
}
