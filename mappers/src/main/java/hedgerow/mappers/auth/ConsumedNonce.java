package hedgerow.mappers.auth;

import java.util.UUID;

/// The request that a nonce, now used up, was issued for.
///
/// @param address of the wallet that was to sign, in lower case; null: any wallet
/// @param chainId EIP-155; null: any chain
/// @param userId the person who links or unlinks; null for a sign-in
public record ConsumedNonce(String purpose, String domain, String address, Long chainId, UUID userId) {}
