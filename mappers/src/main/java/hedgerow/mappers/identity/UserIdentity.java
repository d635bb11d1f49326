package hedgerow.mappers.identity;

import hedgerow.mappers.Row;
import java.time.Instant;
import java.util.UUID;

/// An e-mail address or an account elsewhere that signs a person in.
public record UserIdentity(
        UUID id, String kind, String issuer, String subject, String email, Instant verifiedAt, Instant createdAt)
        implements Row {}
