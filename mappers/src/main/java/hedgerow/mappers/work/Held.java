package hedgerow.mappers.work;

import java.math.BigInteger;
import java.util.UUID;

/// The amount that is reserved of a wallet's asset, and the gas that it may use.
///
/// @param contract of the token; null: the native asset
public record Held(UUID walletId, String contract, BigInteger amount, BigInteger gas) {}
