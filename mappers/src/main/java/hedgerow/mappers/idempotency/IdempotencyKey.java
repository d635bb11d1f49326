package hedgerow.mappers.idempotency;

import hedgerow.mappers.Json;

/// A request that carried an idempotency key, and its response.
///
/// @param requestHash 32 bytes that distinguish the request from others and reveal nothing else about it
/// @param responseStatus null, like `responseBody`, while the request has no response
public record IdempotencyKey(
        String key, String method, String path, byte[] requestHash, Integer responseStatus, Json responseBody) {}
