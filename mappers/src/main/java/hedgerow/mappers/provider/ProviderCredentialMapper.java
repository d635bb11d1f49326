package hedgerow.mappers.provider;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import java.util.UUID;

/// Secrets of the tenant for providers: written, never read.
public interface ProviderCredentialMapper
        extends ResourceMapper<ProviderCredential, ProviderCredentialMapper.Filter>,
                ResourceMapper.Creating<ProviderCredential, ProviderCredentialMapper.New>,
                ResourceMapper.Changing<ProviderCredential, ProviderCredentialMapper.Change>,
                ResourceMapper.Moving<ProviderCredential> {

    /// What a list can be narrowed to; null: any.
    record Filter(String provider, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// What a new one begins with: AES-256-GCM under the key `keyId`, with a nonce of 12 bytes; `id` can be part of
    /// what
    /// is authenticated.
    record New(UUID id, String provider, String label, String keyId, byte[] nonce, byte[] ciphertext, String hint) {}

    /// All that can be changed, as it is to be.
    record Change(String label) {}
}
