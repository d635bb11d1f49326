package hedgerow.mappers.work;

import hedgerow.mappers.Json;
import java.time.Instant;
import java.util.UUID;

/// One event on its way to one endpoint, claimed for one attempt.
///
/// @param attempts the number of attempts, including this one
/// @param previousUntil null: there is no previous secret, or it has expired
public record DueDelivery(
        UUID id,
        int attempts,
        UUID endpointId,
        String url,
        boolean enabled,
        String secretKeyId,
        byte[] secretNonce,
        byte[] secretCiphertext,
        String previousSecretKeyId,
        byte[] previousSecretNonce,
        byte[] previousSecretCiphertext,
        Instant previousUntil,
        UUID eventId,
        String type,
        Instant createdAt,
        Long sequence,
        Json payload) {}
