package hedgerow.mappers.provider;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// One charge or refund that an HTTP provider is asked for.
///
/// @param paymentAttemptId null: a refund
/// @param refundId null: a charge
/// @param feeMinor null: the provider did not report it
/// @param nextTryAt null: nothing more is to be done
public record ProviderRequest(
        UUID id,
        boolean livemode,
        String kind,
        UUID paymentOrderId,
        UUID paymentAttemptId,
        UUID refundId,
        String provider,
        UUID providerCredentialId,
        String currency,
        long amountMinor,
        Long feeMinor,
        String status,
        String externalId,
        String errorCode,
        String reviewReason,
        String asked,
        String askedBy,
        int tries,
        Instant firstSentAt,
        Instant nextTryAt,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
