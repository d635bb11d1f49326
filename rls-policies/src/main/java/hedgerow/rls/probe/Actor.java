package hedgerow.rls.probe;

import hedgerow.rls.catalog.Role;
import java.util.Map;

/// Somebody who runs statements: a role with what its session carries.
///
/// @param login as which it connects
/// @param role that it then is
/// @param kind of session
/// @param profile which of several sessions of the same kind; equal numbers of different tenants differ
///     in the tenant alone
/// @param stored settings that the server gives the login, by name
/// @param settings that the session sets itself
record Actor(Role login, Role role, Kind kind, int profile, Map<String, String> stored, Map<String, String> settings) {

    enum Kind {
        /// Of the attacking tenant.
        OWN,
        /// Of the attacked one: the rightful tenant.
        FOREIGN,
        /// Of a person of the attacked tenant whose rank is low.
        JUNIOR,
        /// Nothing was ever set.
        UNSET,
        /// The identity is the empty text.
        EMPTY,
        /// The identity is no value of its type.
        MALFORMED;

        boolean isUnbound() {
            return this == UNSET || this == EMPTY || this == MALFORMED;
        }
    }
}
