package hedgerow.server.auth;

import hedgerow.mappers.auth.ConsumedNonce;
import hedgerow.server.http.Problem;
import hedgerow.server.http.Problem.Fault;
import hedgerow.server.http.ProblemCode;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.web3j.crypto.Sign;

/// Verifies that a wallet has just agreed to one purpose, on one of our pages.
///
/// The nonce is used up first, whatever the outcome: of a hundred equal requests, one gets further. Then
/// every field of the message is compared with the request that the nonce was issued for. Only then is the
/// signature verified: first as that of a key, which needs nobody else, then by querying the chain.
final class WalletChecks {

    private static final Duration LIFETIME = Duration.ofMinutes(10);
    private static final Duration SKEW = Duration.ofSeconds(30);

    /// The largest signature in bytes: an undeployed wallet includes the call that deploys it.
    private static final int MAX_SIGNATURE = 16_384;

    private final People people;
    private final Sites sites;
    private final ContractWallets contracts;

    WalletChecks(People people, Sites sites, ContractWallets contracts) {
        this.people = people;
        this.sites = sites;
        this.contracts = contracts;
    }

    /// Checks a proof.
    ///
    /// @param user the person who links or unlinks; empty at a sign-in
    /// @throws Problem [ProblemCode#INVALID_PROOF] if it proves nothing; [ProblemCode#UNAVAILABLE] if only
    ///     the chain could decide, and it does not answer
    WalletProof check(Purpose purpose, Optional<UUID> user, String text, String signature) {
        var message = SignInMessage.parse(text).orElseThrow(() -> refused("/message", "is not an EIP-4361 message"));
        var nonce = people.consume(message.nonce())
                .orElseThrow(() -> refused("/message", "has a nonce that is unknown, used or expired"));
        requireAsked(purpose, user, nonce);
        comparison(message, purpose, nonce).forEach((field, same) -> {
            if (!same) {
                throw refused("/message", "has a different %s from the message that was issued".formatted(field));
            }
        });
        return proof(message, Sign.getEthereumMessageHash(text.getBytes(StandardCharsets.UTF_8)), bytes(signature));
    }

    private static void requireAsked(Purpose purpose, Optional<UUID> user, ConsumedNonce nonce) {
        if (!nonce.purpose().equals(purpose.slug())
                || !Optional.ofNullable(nonce.userId()).equals(user)) {
            throw refused("/message", "has a nonce that is unknown, used or expired");
        }
    }

    /// The fields of the message, each with whether it matches the request.
    private Map<String, Boolean> comparison(SignInMessage message, Purpose purpose, ConsumedNonce nonce) {
        var now = Instant.now();
        var site = sites.find(nonce.domain());
        var same = new LinkedHashMap<String, Boolean>();
        same.put("domain", message.domain().equals(nonce.domain()));
        same.put(
                "scheme",
                message.scheme().equals(site.map(URI::getScheme))
                        || message.scheme().isEmpty());
        same.put("address", message.address().lowerCase().equals(nonce.address()));
        same.put("statement", message.statement().equals(Optional.of(purpose.statement(nonce.userId()))));
        same.put("uri", site.map(URI::toString).equals(Optional.of(message.uri())));
        same.put("chain-id", Long.valueOf(message.chainId()).equals(nonce.chainId()));
        same.put("issued-at", isRecent(message.issuedAt(), now));
        same.put(
                "expiration-time",
                message.expirationTime().filter(time -> !now.isBefore(time)).isEmpty());
        same.put(
                "not-before",
                message.notBefore().filter(now.plus(SKEW)::isBefore).isEmpty());
        same.put("request-id", message.requestId().isEmpty());
        same.put("resources", message.resources().isEmpty());
        return same;
    }

    private static boolean isRecent(Instant time, Instant now) {
        return !time.isAfter(now.plus(SKEW))
                && !time.isBefore(now.minus(LIFETIME).minus(SKEW));
    }

    private WalletProof proof(SignInMessage message, byte[] hash, byte[] signature) {
        var account = message.address();
        if (KeySignature.parse(signature)
                .flatMap(key -> key.signer(hash))
                .filter(account::equals)
                .isPresent()) {
            return new WalletProof.ByKey(account);
        }
        if (!contracts.canAsk(message.chainId())) {
            throw refused(
                    "/signature",
                    "was not made by this address's key, and contract wallets cannot sign in on chain "
                            + message.chainId());
        }
        if (!contracts.agrees(message.chainId(), account, hash, signature)) {
            throw refused("/signature", "was neither made by this address's key nor approved by its contract");
        }
        return new WalletProof.ByContract(account, message.chainId());
    }

    private static byte[] bytes(String signature) {
        if (!signature.matches("0x[0-9a-fA-F]{2,%d}".formatted(2 * MAX_SIGNATURE)) || signature.length() % 2 != 0) {
            throw refused("/signature", "must be 0x and hexadecimal digits");
        }
        return HexFormat.of().parseHex(signature, 2, signature.length());
    }

    static Problem refused(String field, String why) {
        return new Problem(ProblemCode.INVALID_PROOF, "The proof is invalid. Request another nonce and sign it.")
                .with(new Fault(field, why));
    }
}
