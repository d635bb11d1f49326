package hedgerow.rls.probe;

import hedgerow.rls.catalog.Role;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Somebody who runs statements: a role with the values of its session.
///
/// @param login as which it connects
/// @param grants that it makes to itself before it can become the role
/// @param role that it then is
/// @param kind of session
/// @param profile distinguishes several sessions of the same kind; equal numbers of different tenants
///     differ in the tenant alone
/// @param stored settings that the server gives the login, by name
/// @param settings that the session sets itself
record Actor(
        Role login,
        List<String> grants,
        Role role,
        Kind kind,
        int profile,
        Map<String, String> stored,
        Map<String, String> settings) {

    /// The statements by which the login becomes the role.
    Stream<String> entrance() {
        var all = String.join("", grants) + Ways.setRole(login, role);
        return all.isEmpty() ? Stream.of() : Stream.of(all.replaceFirst("; $", ""));
    }

    enum Kind {
        /// A session of the attacking tenant.
        OWN,
        /// A session of the attacked tenant: the rightful one.
        FOREIGN,
        /// A session of a low-ranking person of the attacked tenant.
        JUNIOR,
        /// A session in which nothing was ever set.
        UNSET,
        /// A session whose identity is the empty text.
        EMPTY,
        /// A session whose identity is not a value of its type.
        MALFORMED;

        boolean isUnbound() {
            return this == UNSET || this == EMPTY || this == MALFORMED;
        }
    }
}
