package hedgerow.mappers.product;

import java.util.UUID;

/// A step of a tiered price.
///
/// @param upTo the last unit of the step; null: all that follow
public record PriceTier(UUID id, UUID priceId, Long upTo, long unitAmountMinor, long flatAmountMinor) {}
