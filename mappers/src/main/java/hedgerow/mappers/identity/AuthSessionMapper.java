package hedgerow.mappers.identity;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The sessions of the person who is signed in.
public interface AuthSessionMapper {

    /// The sessions that are still valid: at most the 100 newest, newest first.
    List<AuthSession> open(UUID user);

    /// Ends a session, which signs the person out there; empty if no such session is open.
    Optional<AuthSession> revoke(UUID user, UUID id);
}
