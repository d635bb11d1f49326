package hedgerow.mappers.customer;

import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.time.Instant;
import java.util.UUID;

/// A means by which a customer pays. The token that the provider charges is not readable here.
public record CustomerPaymentMethod(
        UUID id,
        boolean livemode,
        UUID customerId,
        String kind,
        String provider,
        String brand,
        String last4,
        Integer expiresMonth,
        Integer expiresYear,
        String chain,
        String walletAddress,
        String status,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
