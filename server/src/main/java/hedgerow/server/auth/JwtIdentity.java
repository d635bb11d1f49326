package hedgerow.server.auth;

import java.time.Instant;
import java.util.Optional;

/// Whom a verified token speaks of.
///
/// @param email only if the issuer says that it has been verified; in lower case
/// @param nonce that the issuer was asked to put into the token
/// @param signedInAt when the person proved to the issuer who they are (`auth_time`); empty if it does not say
record JwtIdentity(
        String issuer,
        String subject,
        Optional<String> email,
        Optional<String> name,
        Optional<String> nonce,
        Optional<Instant> signedInAt) {}
