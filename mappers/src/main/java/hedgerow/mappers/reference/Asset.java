package hedgerow.mappers.reference;

/// Something of value on one chain.
///
/// @param decimals amounts are whole base units: one unit of the asset is `10^decimals` of them
public record Asset(
        String code, String symbol, String chain, String kind, String contractAddress, int decimals, boolean active) {}
