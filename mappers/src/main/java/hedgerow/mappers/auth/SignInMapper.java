package hedgerow.mappers.auth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The functions of `sql/functions/sign_in.sql`, which are called before a tenant is known.
///
/// [#useApiKey], [#findSession] and [#revokeSession] serve whoever holds a secret; all others serve the
/// actor `system:sign-in` alone. Secrets are passed as their SHA-256.
public interface SignInMapper {

    /// Finds the tenant of an API key. It records that the key was used, so it is not a read.
    Optional<FoundKey> useApiKey(byte[] keyHash);

    /// Finds the session of a token. It records that the person was seen, so it is not a read.
    ///
    /// @param picked the organization that the caller named; null: none
    Optional<FoundSession> findSession(byte[] tokenHash, UUID picked);

    /// Finds the person with an identity.
    ///
    /// @param picked the organization that the caller named; null: none
    Optional<FoundPerson> findUserByIdentity(Identity identity, UUID picked);

    /// Finds the person with a wallet.
    ///
    /// @param chainId 0 if the wallet's key signed, otherwise the chain whose contract confirmed the
    ///     signature
    Optional<UUID> findUserByWallet(String address, long chainId);

    /// Stores a nonce.
    ///
    /// @return the time at which it expires
    Instant createNonce(NewNonce nonce);

    /// Uses a nonce up. Of a hundred concurrent calls, one gets it.
    Optional<ConsumedNonce> consumeNonce(byte[] nonceHash);

    UUID registerWalletUser(String displayName, Wallet wallet);

    UUID registerIdentityUser(String displayName, Identity identity);

    /// Links a wallet to a person; empty if the person is not active.
    Optional<UUID> linkWallet(UUID userId, Wallet wallet);

    /// Links an identity to a person; empty if the person is not active.
    Optional<UUID> linkIdentity(UUID userId, Identity identity);

    /// Unlinks a wallet and signs the person out everywhere; false if the wallet is not theirs.
    boolean unlinkWallet(UUID userId, String address, long chainId);

    /// Unlinks an identity and signs the person out everywhere; false if the identity is not theirs.
    boolean unlinkIdentity(UUID userId, Identity identity);

    /// Opens a session and returns its time of expiry; empty if the person is not active.
    Optional<Instant> createSession(NewSession session);

    boolean revokeSession(byte[] tokenHash);

    List<Belonging> organizationsOf(UUID userId);

    UUID createOrganization(UUID userId, NewOrganization organization);

    /// Accepts an invitation.
    ///
    /// @return the organization that the person now belongs to
    UUID acceptInvitation(UUID userId, byte[] tokenHash);

    /// A nonce, and the request that it is issued for.
    ///
    /// @param address of the wallet that is to sign, in lower case; null: no wallet signs
    /// @param chainId EIP-155; null: none
    /// @param userId the person who links or unlinks; null for a sign-in
    record NewNonce(byte[] hash, String purpose, String domain, String address, Long chainId, UUID userId) {}

    /// An e-mail address or an account elsewhere.
    ///
    /// @param email null if none has been verified
    record Identity(String kind, String issuer, String subject, String email) {}

    /// A wallet that can sign a person in.
    ///
    /// @param address in lower case
    /// @param chainId 0: a key pair, valid on every chain
    record Wallet(String address, long chainId, String kind) {}

    /// A session to open.
    ///
    /// @param method `wallet`, `email` or `oauth`
    /// @param userAgent null if the client sends none
    record NewSession(
            byte[] tokenHash, UUID userId, String method, long lifetimeSeconds, String userAgent, String ipAddress) {}

    record NewOrganization(String slug, String name, String country, String defaultCurrency) {}
}
