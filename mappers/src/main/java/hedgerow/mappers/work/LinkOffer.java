package hedgerow.mappers.work;

import java.util.UUID;

/// The contents of a payment link as a stranger sees them.
///
/// @param expired whether its time is over
/// @param usedUp whether it has brought in as many orders as it may
/// @param recipientAddress null: it is not paid from a wallet
/// @param sellerActive whether the seller may take payments
/// @param onSale whether the product and the price are
/// @param symbol of the asset; null, as the following: the price is in a currency
/// @param contractAddress null: the native asset of its chain
public record LinkOffer(
        String status,
        boolean expired,
        boolean usedUp,
        int quantity,
        String description,
        String recipientAddress,
        String seller,
        boolean sellerActive,
        String product,
        UUID priceId,
        boolean onSale,
        String currency,
        String symbol,
        Integer decimals,
        String contractAddress,
        Long chainId,
        String chain) {}
