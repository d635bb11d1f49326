package hedgerow.mappers.identity;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The wallets of the person who is signed in. Sign-in links and unlinks them.
public interface UserWalletMapper {

    Optional<UserWallet> find(UUID user, UUID id);

    /// The wallets of a person: at most the 100 newest, newest first.
    List<UserWallet> of(UUID user);

    /// Names a wallet and returns it; empty if the person has no such wallet, or if it has another version.
    ///
    /// @param label null: none
    Optional<UserWallet> label(UUID user, UUID id, int version, String label);
}
