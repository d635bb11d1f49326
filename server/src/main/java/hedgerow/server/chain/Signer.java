package hedgerow.server.chain;

import hedgerow.mappers.TenantKey;
import java.util.Optional;
import java.util.UUID;
import org.web3j.crypto.Sign.SignatureData;

/// Signs for the wallets of tenants. The worker builds the transactions that are signed from rows alone.
interface Signer {

    /// A signature by the key of a wallet; empty if there is no key that fits its address.
    ///
    /// @param address of the wallet, in lower case
    /// @param digest 32 bytes
    Optional<SignatureData> sign(TenantKey tenant, UUID wallet, String address, byte[] digest);
}
