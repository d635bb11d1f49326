package hedgerow.mappers.identity;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The identities by which the signed-in person proves who they are. Sign-in links and unlinks them.
public interface UserIdentityMapper {

    Optional<UserIdentity> find(UUID user, UUID id);

    /// The identities of a person: at most the 100 newest, newest first.
    List<UserIdentity> of(UUID user);
}
