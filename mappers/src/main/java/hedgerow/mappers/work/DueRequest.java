package hedgerow.mappers.work;

import java.time.Instant;
import java.util.UUID;

/// A request to an HTTP provider that something is to be done about.
///
/// @param attemptId null: a refund
/// @param attemptNumber of the attempts to execute the order; 0: a refund
/// @param refundId null: a charge
/// @param instrument the token of the payment method, or the charge that a refund gives back
/// @param credentialActive whether the tenant has not revoked it
/// @param firstSentAt null: not sent
/// @param ageSeconds since it was first sent, or made, by the clock of the database
public record DueRequest(
        UUID id,
        String kind,
        UUID orderId,
        UUID attemptId,
        int attemptNumber,
        UUID refundId,
        String provider,
        UUID credentialId,
        boolean credentialActive,
        String keyId,
        byte[] nonce,
        byte[] ciphertext,
        String idempotencyKey,
        String instrument,
        String currency,
        long amountMinor,
        String status,
        String externalId,
        String asked,
        Instant firstSentAt,
        double ageSeconds) {}
