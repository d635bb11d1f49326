package hedgerow.mappers.webhook;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// URLs to which the tenant has events sent.
public interface WebhookEndpointMapper
        extends ResourceMapper<WebhookEndpoint, WebhookEndpointMapper.Filter>,
                ResourceMapper.Creating<WebhookEndpoint, WebhookEndpointMapper.New>,
                ResourceMapper.Changing<WebhookEndpoint, WebhookEndpointMapper.Change>,
                ResourceMapper.Moving<WebhookEndpoint> {

    /// Gives an endpoint another secret; empty if the actor may change no such endpoint.
    ///
    /// @param version the expected version; null accepts any
    Optional<WebhookEndpoint> replaceSecret(TenantKey tenant, UUID id, Integer version, Secret secret);

    /// Removes an endpoint and its deliveries, and returns the endpoint; empty if the actor may remove no
    /// such endpoint.
    ///
    /// @param version the expected version; null accepts any
    Optional<WebhookEndpoint> remove(TenantKey tenant, UUID id, Integer version);

    /// A secret encrypted with AES-256-GCM under the key `keyId`, with a nonce of 12 bytes.
    record Secret(String keyId, byte[] nonce, byte[] ciphertext) {}

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, CreatedAt.ANY);
    }

    /// The values of a new row. The secret is encrypted with AES-256-GCM under the key `secretKeyId`, with
    /// a nonce of 12 bytes; `id` can be part of the authenticated data.
    record New(
            UUID id,
            String url,
            String description,
            List<String> eventTypes,
            String secretKeyId,
            byte[] secretNonce,
            byte[] secretCiphertext) {}

    /// The new values of everything that can be changed.
    record Change(String url, String description, List<String> eventTypes) {}
}
