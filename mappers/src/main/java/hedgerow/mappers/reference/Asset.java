package hedgerow.mappers.reference;

/// An asset of value on one chain.
///
/// @param livemode the mode of its chain, and of every row that may refer to it
/// @param decimals the scale: amounts are whole base units, and one unit of the asset is `10^decimals` of
///     them
public record Asset(
        String code,
        String symbol,
        String chain,
        boolean livemode,
        String kind,
        String contractAddress,
        int decimals,
        boolean active) {}
