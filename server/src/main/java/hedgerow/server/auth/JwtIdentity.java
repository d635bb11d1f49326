package hedgerow.server.auth;

import java.time.Instant;
import java.util.Optional;

/// The person that a verified token identifies.
///
/// @param email only if the issuer states that it has been verified; in lower case
/// @param nonce that the issuer was asked to put into the token
/// @param signedInAt when the person proved their identity to the issuer (`auth_time`); empty if the token
///     has no such time
record JwtIdentity(
        String issuer,
        String subject,
        Optional<String> email,
        Optional<String> name,
        Optional<String> nonce,
        Optional<Instant> signedInAt) {}
