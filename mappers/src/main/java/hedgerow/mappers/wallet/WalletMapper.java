package hedgerow.mappers.wallet;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;

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

    /// What a new one begins with.
    record New(String kind, String chain, String address, String label) {}

    /// All that can be changed, as it is to be.
    record Change(String label) {}
}
