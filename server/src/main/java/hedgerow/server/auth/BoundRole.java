package hedgerow.server.auth;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The role of a person as the database binds it: `member`, or `member customers:read` if the person is narrowed to
/// some permissions.
///
/// @param permissions empty if the person may do all that the role allows
record BoundRole(String name, Optional<Set<String>> permissions) {

    static BoundRole of(String text) {
        var parts = text.split(" ", 2);
        return new BoundRole(
                parts[0], parts.length == 1 ? Optional.empty() : Optional.of(Set.copyOf(List.of(parts[1].split(" ")))));
    }
}
