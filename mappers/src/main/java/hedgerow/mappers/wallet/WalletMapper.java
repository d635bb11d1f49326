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

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String kind, String chain, String address, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }

    /// Inserts a server wallet, together with its key if that is sealed here.
    Wallet insertWithKey(TenantKey tenant, NewWithKey created);

    /// The values of a new server wallet.
    ///
    /// @param keyId null, as `nonce` and `ciphertext`: the remote signer keeps the key
    record NewWithKey(
            UUID id, String chain, String address, String label, String keyId, byte[] nonce, byte[] ciphertext) {}

    /// The values of a new row.
    record New(String kind, String chain, String address, String label) {}

    /// The new values of everything that can be changed.
    record Change(String label) {}
}
