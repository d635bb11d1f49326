package hedgerow.mappers.work;

import java.time.Instant;
import java.util.UUID;

/// An e-mail to one person, claimed for one attempt, with the current state of its subject.
///
/// @param attempts the number of attempts, including this one
/// @param approvalId null: the e-mail is an invitation
/// @param recipient null: the person no longer has an address, or may no longer decide
/// @param open whether the invitation or the approval is still pending
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
