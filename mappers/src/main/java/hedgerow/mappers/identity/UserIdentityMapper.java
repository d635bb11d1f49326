package hedgerow.mappers.identity;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// How the person who is signed in proves who they are. Sign-in links and unlinks identities.
public interface UserIdentityMapper {

    Optional<UserIdentity> find(UUID user, UUID id);

    /// The 100 newest, newest first.
    List<UserIdentity> of(UUID user);
}
