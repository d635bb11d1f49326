package hedgerow.mappers.work;

import java.time.Instant;
import java.util.UUID;

/// A mail to one person, claimed for one attempt, with what it is about as it is now.
///
/// @param attempts including this one
/// @param approvalId null: it is an invitation
/// @param recipient null: the person has no address any more, or may no longer decide
/// @param open whether the invitation or the approval still waits
/// @param role of the invitation; null for an approval
public record DueMail(
        UUID id,
        int attempts,
        UUID approvalId,
        String recipient,
        String role,
        Instant expiresAt,
        boolean open,
        String secretKeyId,
        byte[] secretNonce,
        byte[] secretCiphertext) {}
