package hedgerow.server.chain;

import hedgerow.mappers.TenantKey;
import hedgerow.server.http.RemoteSigner;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.web3j.crypto.ECDSASignature;
import org.web3j.crypto.Keys;
import org.web3j.crypto.Sign;
import org.web3j.crypto.Sign.SignatureData;
import org.web3j.utils.Numeric;

/// Signs for the wallets of tenants. The worker builds the transactions that are signed from rows alone.
interface Signer {

    /// Signatures by the key of a wallet, one for each digest in their order; empty if there is no key that fits its
    /// address.
    ///
    /// @param address of the wallet, in lower case
    /// @param digests 32 bytes each
    List<Optional<SignatureData>> sign(TenantKey tenant, UUID wallet, String address, List<byte[]> digests);

    /// A signer that knows no key.
    static Signer none() {
        return (_, _, _, digests) -> unsigned(digests);
    }

    /// No signature for any digest.
    static List<Optional<SignatureData>> unsigned(List<byte[]> digests) {
        return Collections.nCopies(digests.size(), Optional.empty());
    }

    /// A signer over HTTP. A signature by the key of another address counts as none.
    static Signer remote(RemoteSigner signer) {
        return (tenant, wallet, address, digests) -> digests.stream()
                .map(digest -> signer.sign(tenant, wallet, address, digest)
                        .flatMap(signature -> of(signature, address, digest)))
                .toList();
    }

    /// The signature as chains take it: with a low `s`, and the bit by which its key is recovered.
    private static Optional<SignatureData> of(byte[] signature, String address, byte[] digest) {
        var half = signature.length / 2;
        var canonical = new ECDSASignature(
                        new BigInteger(1, Arrays.copyOf(signature, half)),
                        new BigInteger(1, Arrays.copyOfRange(signature, half, signature.length)))
                .toCanonicalised();
        return IntStream.range(0, 4)
                .filter(bit -> {
                    var key = Sign.recoverFromSignature(bit, canonical, digest);
                    return key != null && ("0x" + Keys.getAddress(key)).equals(address);
                })
                .mapToObj(bit -> new SignatureData(
                        (byte) (27 + bit),
                        Numeric.toBytesPadded(canonical.r, half),
                        Numeric.toBytesPadded(canonical.s, half)))
                .findFirst();
    }
}
