package hedgerow.mappers.work;

import java.util.UUID;

/// An order that waits to be charged to its customer.
///
/// @param walletId of the agent that executes the order; null: none does
public record Chargeable(UUID orderId, long amountMinor, UUID walletId) {}
