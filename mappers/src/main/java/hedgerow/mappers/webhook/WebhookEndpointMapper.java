package hedgerow.mappers.webhook;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Where the tenant wants to hear of events.
public interface WebhookEndpointMapper
        extends ResourceMapper<WebhookEndpoint, WebhookEndpointMapper.Filter>,
                ResourceMapper.Creating<WebhookEndpoint, WebhookEndpointMapper.New>,
                ResourceMapper.Changing<WebhookEndpoint, WebhookEndpointMapper.Change>,
                ResourceMapper.Moving<WebhookEndpoint> {

    /// Gives an endpoint another secret; empty if there is none that the actor may change.
    ///
    /// @param version null: whichever it has
    Optional<WebhookEndpoint> replaceSecret(TenantKey tenant, UUID id, Integer version, Secret secret);

    /// Removes an endpoint and its deliveries; what there was, or empty if there is none that the actor may remove.
    ///
    /// @param version null: whichever it has
    Optional<WebhookEndpoint> remove(TenantKey tenant, UUID id, Integer version);

    /// AES-256-GCM under the key `keyId`, with a nonce of 12 bytes.
    record Secret(String keyId, byte[] nonce, byte[] ciphertext) {}

    /// What a list can be narrowed to; null: any.
    record Filter(String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, CreatedAt.ANY);
    }

    /// What a new one begins with. The secret is AES-256-GCM under the key `secretKeyId`, with a nonce of 12 bytes;
    /// `id` can be part of what is authenticated.
    record New(
            UUID id,
            String url,
            String description,
            List<String> eventTypes,
            String secretKeyId,
            byte[] secretNonce,
            byte[] secretCiphertext) {}

    /// All that can be changed, as it is to be.
    record Change(String url, String description, List<String> eventTypes) {}
}
