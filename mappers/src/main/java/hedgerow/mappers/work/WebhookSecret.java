package hedgerow.mappers.work;

/// The secret by which a provider signs its webhooks, encrypted.
///
/// @param keyId null, as the following: the provider's secret has not been given
public record WebhookSecret(String provider, String keyId, byte[] nonce, byte[] ciphertext) {}
