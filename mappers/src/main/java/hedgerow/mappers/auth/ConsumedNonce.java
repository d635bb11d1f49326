package hedgerow.mappers.auth;

import java.util.UUID;

/// What a nonce, now used up, was made for.
///
/// @param address of the wallet that was to sign, in lower case; null: of any
/// @param chainId EIP-155; null: any
/// @param userId who links or unlinks; null for a sign-in
public record ConsumedNonce(String purpose, String domain, String address, Long chainId, UUID userId) {}
