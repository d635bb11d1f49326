package hedgerow.mappers.work;

import java.math.BigInteger;

/// A payment for a nonce of a wallet, and the most that it may cost.
///
/// @param contract of the token; null: the native asset
public record Held(long nonce, String contract, BigInteger amount, BigInteger fee) {}
