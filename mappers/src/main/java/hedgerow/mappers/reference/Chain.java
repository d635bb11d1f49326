package hedgerow.mappers.reference;

/// A chain by its CAIP-2 name.
///
/// @param livemode false: a test network, for test data only
public record Chain(String code, String name, long chainId, boolean livemode, String explorerUrl, boolean active) {}
