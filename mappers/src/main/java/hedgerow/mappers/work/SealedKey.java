package hedgerow.mappers.work;

import java.util.UUID;

/// The key of a wallet, encrypted.
public record SealedKey(UUID walletId, String keyId, byte[] nonce, byte[] ciphertext) {}
