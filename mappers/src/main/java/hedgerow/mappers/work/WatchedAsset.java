package hedgerow.mappers.work;

/// An asset of a chain.
///
/// @param contract null: the native asset
public record WatchedAsset(String code, String contract) {}
