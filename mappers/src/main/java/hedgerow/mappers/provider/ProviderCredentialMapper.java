package hedgerow.mappers.provider;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
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
}
