package hedgerow.rls.probe;

import java.util.Map;
import java.util.stream.Collectors;

/// Somebody who runs statements: a role with what its session carries.
///
/// @param role as SQL spells it
/// @param name of the role, as reports show it
/// @param kind of session
/// @param profile which of several sessions of the same kind; equal numbers of different tenants differ
///     in the tenant alone
/// @param settings by name, those that the login brings first
record Actor(String role, String name, Kind kind, int profile, Map<String, String> settings) {

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

    /// Statements that make a session of the transaction's own into this one.
    String script() {
        return "set local search_path = \"$user\", public; set local role %s; ".formatted(role)
                + settings.entrySet().stream()
                        .map(setting -> "set local %s = %s; "
                                .formatted(Sql.setting(setting.getKey()), Sql.quote(setting.getValue())))
                        .collect(Collectors.joining());
    }

    /// The same, as somebody with psql would type it.
    String statements() {
        return script().substring(script().indexOf("set local role"));
    }
}
