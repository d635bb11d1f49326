package hedgerow.mappers.identity;

import java.util.Optional;
import java.util.UUID;

/// The person who is signed in; no others are visible. Memberships hold what a tenant knows of its people.
public interface AppUserMapper {

    Optional<AppUser> find(UUID user);

    /// Returns the person as they are now; empty if they have another version.
    Optional<AppUser> update(UUID user, int version, Change change);

    /// The new values of everything that can be changed.
    ///
    /// @param locale such as `de` or `pt-BR`
    /// @param timeZone by its IANA name
    record Change(String displayName, String locale, String timeZone) {}
}
