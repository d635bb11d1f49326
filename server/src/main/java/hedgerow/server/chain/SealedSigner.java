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
    public List<Optional<SignatureData>> sign(TenantKey tenant, UUID wallet, String address, List<byte[]> digests) {
        var keys = database.read(on -> on.get(ExecutionMapper.class).keys(tenant, List.of(wallet)));
        return keys.isEmpty()
                ? otherwise.sign(tenant, wallet, address, digests)
                : open(tenant, wallet, keys.getFirst())
                        .map(secret -> sign(secret, address, digests))
                        .orElseGet(() -> Signer.unsigned(digests));
    }

    private Optional<byte[]> open(TenantKey tenant, UUID wallet, SealedKey key) {
        return box.open("wallet_key", tenant, wallet, new SecretBox.Sealed(key.keyId(), key.nonce(), key.ciphertext()));
    }

    /// Signs digests side by side, because each keeps a core busy; a key of another address signs nothing.
    private static List<Optional<SignatureData>> sign(byte[] secret, String address, List<byte[]> digests) {
        try {
            var pair = ECKeyPair.create(new BigInteger(1, secret));
            return ("0x" + Keys.getAddress(pair)).equals(address)
                    ? digests.parallelStream()
                            .map(digest -> Optional.of(Recoverable.sign(pair, digest)))
                            .toList()
                    : Signer.unsigned(digests);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
