package hedgerow.mappers.auth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What is asked before a tenant is known: the functions of `sql/functions/sign_in.sql`.
///
/// [#useApiKey], [#findSession] and [#revokeSession] answer to who holds a secret; all others to the actor
/// `system:sign-in` alone. Secrets come here as their SHA-256.
public interface SignInMapper {

    /// Notes that it is in use, and so is no read.
    Optional<FoundKey> useApiKey(byte[] keyHash);

    /// Notes that the person was seen, and so is no read.
    ///
    /// @param picked the organization that the caller named; null: none
    Optional<FoundSession> findSession(byte[] tokenHash, UUID picked);

    /// @param picked the organization that the caller named; null: none
    Optional<FoundPerson> findUserByIdentity(Identity identity, UUID picked);

    /// @param chainId 0 if its key signed, else the chain whose contract said so
    Optional<UUID> findUserByWallet(String address, long chainId);

    /// @return until when it is good
    Instant createNonce(NewNonce nonce);

    /// Of a hundred at once, one gets it.
    Optional<ConsumedNonce> consumeNonce(byte[] nonceHash);

    UUID registerWalletUser(String displayName, Wallet wallet);

    UUID registerIdentityUser(String displayName, Identity identity);

    /// Empty if the person is not active.
    Optional<UUID> linkWallet(UUID userId, Wallet wallet);

    /// Empty if the person is not active.
    Optional<UUID> linkIdentity(UUID userId, Identity identity);

    /// Signs the person out everywhere; false if the wallet is not theirs.
    boolean unlinkWallet(UUID userId, String address, long chainId);

    /// Signs the person out everywhere; false if the identity is not theirs.
    boolean unlinkIdentity(UUID userId, Identity identity);

    /// Until when; empty if the person is not active.
    Optional<Instant> createSession(NewSession session);

    boolean revokeSession(byte[] tokenHash);

    List<Belonging> organizationsOf(UUID userId);

    UUID createOrganization(UUID userId, NewOrganization organization);

    /// @return the organization that the person now belongs to
    UUID acceptInvitation(UUID userId, byte[] tokenHash);

    /// @param address of the wallet that is to sign, in lower case; null: none does
    /// @param chainId EIP-155; null: none
    /// @param userId who links or unlinks; null for a sign-in
    record NewNonce(byte[] hash, String purpose, String domain, String address, Long chainId, UUID userId) {}

    /// @param email null if none has been verified
    record Identity(String kind, String issuer, String subject, String email) {}

    /// @param address in lower case
    /// @param chainId 0: a key of its own, on any chain
    record Wallet(String address, long chainId, String kind) {}

    /// @param method `wallet`, `email` or `oauth`
    /// @param userAgent null if the client does not say
    record NewSession(
            byte[] tokenHash, UUID userId, String method, long lifetimeSeconds, String userAgent, String ipAddress) {}

    record NewOrganization(String slug, String name, String country, String defaultCurrency) {}
}
