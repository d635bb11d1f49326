package hedgerow.mappers.wallet;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.UUID;

/// Wallets that a tenant pays from and is paid to.
public interface WalletMapper
        extends ResourceMapper<Wallet, WalletMapper.Filter>,
                ResourceMapper.Creating<Wallet, WalletMapper.New>,
                ResourceMapper.Changing<Wallet, WalletMapper.Change>,
                ResourceMapper.Moving<Wallet> {

    /// What a list can be narrowed to; null: any.
    record Filter(String kind, String chain, String address, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }

    /// The new wallet, and its key with it.
    Wallet insertWithKey(TenantKey tenant, NewWithKey created);

    /// What a wallet begins with whose key the server made.
    record NewWithKey(
            UUID id, String chain, String address, String label, String keyId, byte[] nonce, byte[] ciphertext) {}

    /// What a new one begins with.
    record New(String kind, String chain, String address, String label) {}

    /// All that can be changed, as it is to be.
    record Change(String label) {}
}
