package hedgerow.mappers.provider;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.Optional;
import java.util.UUID;

/// The tenant's secrets for providers: written, never read.
public interface ProviderCredentialMapper
        extends ResourceMapper<ProviderCredential, ProviderCredentialMapper.Filter>,
                ResourceMapper.Creating<ProviderCredential, ProviderCredentialMapper.New>,
                ResourceMapper.Changing<ProviderCredential, ProviderCredentialMapper.Change>,
                ResourceMapper.Moving<ProviderCredential> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String provider, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// The values of a new row: a secret encrypted with AES-256-GCM under the key `keyId`, with a nonce of
    /// 12 bytes. `id` can be part of the authenticated data.
    record New(UUID id, String provider, String label, String keyId, byte[] nonce, byte[] ciphertext, String hint) {}

    /// The new values of everything that can be changed.
    record Change(String label) {}

    /// A secret that signs webhooks, encrypted as the credential's own.
    record Secret(String keyId, byte[] nonce, byte[] ciphertext) {}

    /// Lets the provider's webhooks in at an address; empty if there is no active one, or if it has another version.
    ///
    /// @param version null: whichever it has
    /// @param hash of the last part of the address
    Optional<ProviderCredential> openWebhook(TenantKey tenant, UUID id, Integer version, byte[] hash);

    /// Keeps the secret by which the provider signs its webhooks; empty as above.
    ///
    /// @param version null: whichever it has
    Optional<ProviderCredential> keepWebhookSecret(TenantKey tenant, UUID id, Integer version, Secret secret);
}
