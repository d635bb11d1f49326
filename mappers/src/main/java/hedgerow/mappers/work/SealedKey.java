package hedgerow.mappers.work;

import java.util.UUID;

/// The encrypted key of a wallet.
public record SealedKey(UUID walletId, String keyId, byte[] nonce, byte[] ciphertext) {}
