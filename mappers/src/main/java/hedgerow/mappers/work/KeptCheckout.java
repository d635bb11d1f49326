package hedgerow.mappers.work;

import java.util.UUID;

/// A session at a provider in which a stranger enters a card, and the tenant's secret for it, encrypted.
///
/// @param id also of the order that it becomes
/// @param credentialActive whether the tenant has not revoked it
/// @param externalId the provider's id of the session; null: not known
/// @param ageSeconds by the clock of the database
public record KeptCheckout(
        UUID id,
        UUID linkId,
        String provider,
        UUID credentialId,
        boolean credentialActive,
        String keyId,
        byte[] nonce,
        byte[] ciphertext,
        String currency,
        long amountMinor,
        String message,
        String address,
        String status,
        String externalId,
        double ageSeconds) {}
