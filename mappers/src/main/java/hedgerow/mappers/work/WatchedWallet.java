package hedgerow.mappers.work;

/// An address of the tenant at which a payment may arrive.
///
/// @param scannedBlock the last block that was read for it
/// @param coins whether somebody was asked for the native asset
public record WatchedWallet(String chain, String recipient, long scannedBlock, boolean coins) {}
