package hedgerow.server.chain;

import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.server.http.SecretBox;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.web3j.crypto.ECKeyPair;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.crypto.Sign.SignatureData;

/// Signs with keys that are sealed in the database: each can only be opened in the row of its own wallet,
/// tenant and mode.
final class SealedSigner implements Signer {

    private final Database database;
    private final SecretBox box;

    SealedSigner(Database database, SecretBox box) {
        this.database = database;
        this.box = box;
    }

    @Override
    public Optional<SignatureData> sign(TenantKey tenant, UUID wallet, String address, byte[] digest) {
        return database.read(on -> on.get(ExecutionMapper.class).keys(tenant, List.of(wallet))).stream()
                .findFirst()
                .flatMap(key -> box.open(
                        "wallet_key", tenant, wallet, new SecretBox.Sealed(key.keyId(), key.nonce(), key.ciphertext())))
                .flatMap(secret -> sign(secret, address, digest));
    }

    /// Signs a digest; a key of another address signs nothing.
    private static Optional<SignatureData> sign(byte[] secret, String address, byte[] digest) {
        try {
            var pair = ECKeyPair.create(new BigInteger(1, secret));
            return ("0x" + Keys.getAddress(pair)).equals(address)
                    ? Optional.of(Sign.signMessage(digest, pair, false))
                    : Optional.empty();
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
