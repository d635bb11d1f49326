package hedgerow.mappers.identity;

import java.util.Optional;
import java.util.UUID;

/// The person who is signed in; others are not visible. What a tenant knows of its people is in memberships.
public interface AppUserMapper {

    Optional<AppUser> find(UUID user);

    /// As it is now; empty if it has another version.
    Optional<AppUser> update(UUID user, int version, Change change);

    /// All that can be changed, as it is to be.
    ///
    /// @param locale such as `de` or `pt-BR`
    /// @param timeZone by its IANA name
    record Change(String displayName, String locale, String timeZone) {}
}
