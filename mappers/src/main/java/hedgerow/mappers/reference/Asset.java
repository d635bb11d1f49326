package hedgerow.mappers.reference;

/// Something of value on one chain.
///
/// @param livemode the mode of its chain, and of all that may refer to it
/// @param decimals amounts are whole base units: one unit of the asset is `10^decimals` of them
public record Asset(
        String code,
        String symbol,
        String chain,
        boolean livemode,
        String kind,
        String contractAddress,
        int decimals,
        boolean active) {}
