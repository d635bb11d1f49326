package hedgerow.mappers.idempotency;

import hedgerow.mappers.Json;

/// A request that carried a key, and its answer.
///
/// @param requestHash 32 bytes that tell the request from others, and nothing else about it
/// @param responseStatus null while the request has no answer, and so is `responseBody`
public record IdempotencyKey(
        String key, String method, String path, byte[] requestHash, Integer responseStatus, Json responseBody) {}
