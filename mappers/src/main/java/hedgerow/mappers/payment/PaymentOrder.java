package hedgerow.mappers.payment;

import hedgerow.mappers.Json;
import hedgerow.mappers.Row;
import hedgerow.mappers.Versioned;
import java.math.BigInteger;
import java.time.Instant;
import java.util.UUID;

/// One payment. `amount` is in base units of `asset`, `amountMinor` in minor units of `currency`, `refunded`
/// in either; refunds in progress are included. There is one order for each `purchaseId` of an agent.
///
/// @param waitingFor why the worker's last try could not execute it; null: no try has failed
public record PaymentOrder(
        UUID id,
        boolean livemode,
        UUID customerId,
        UUID paymentLinkId,
        UUID subscriptionId,
        UUID priceId,
        UUID paymentMethodId,
        UUID executingAgentId,
        int quantity,
        String currency,
        Long amountMinor,
        String asset,
        BigInteger amount,
        BigInteger refunded,
        String recipientAddress,
        String description,
        Json metadata,
        String purchaseId,
        String status,
        String waitingFor,
        Instant expiresAt,
        Instant succeededAt,
        String createdBy,
        Instant createdAt,
        Instant updatedAt,
        int version)
        implements Row, Versioned {}
