package hedgerow.server.chain;

import hedgerow.mappers.Database;
import hedgerow.mappers.TenantKey;
import hedgerow.mappers.work.ExecutionMapper;
import hedgerow.mappers.work.SealedKey;
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
/// tenant and mode. A wallet without such a key is signed for by another signer.
final class SealedSigner implements Signer {

    private final Database database;
    private final SecretBox box;
    private final Signer otherwise;

    /// A signer over a database.
    ///
    /// @param otherwise signs for wallets whose keys are not there
    SealedSigner(Database database, SecretBox box, Signer otherwise) {
        this.database = database;
        this.box = box;
        this.otherwise = otherwise;
    }

    @Override
    public Optional<SignatureData> sign(TenantKey tenant, UUID wallet, String address, byte[] digest) {
        var keys = database.read(on -> on.get(ExecutionMapper.class).keys(tenant, List.of(wallet)));
        return keys.isEmpty()
                ? otherwise.sign(tenant, wallet, address, digest)
                : open(tenant, wallet, keys.getFirst()).flatMap(secret -> sign(secret, address, digest));
    }

    private Optional<byte[]> open(TenantKey tenant, UUID wallet, SealedKey key) {
        return box.open("wallet_key", tenant, wallet, new SecretBox.Sealed(key.keyId(), key.nonce(), key.ciphertext()));
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
