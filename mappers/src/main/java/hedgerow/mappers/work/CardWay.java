package hedgerow.mappers.work;

import java.util.UUID;

/// A provider by which a stranger's card can be charged, and the tenant's secret for it, encrypted.
public record CardWay(UUID credentialId, String provider, String keyId, byte[] nonce, byte[] ciphertext) {}
