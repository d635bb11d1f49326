package hedgerow.server.http;

import io.javalin.security.RouteRole;

/// The callers that a route admits. The policies of the database decide what each of them sees and changes.
public enum Access implements RouteRole {
    /// Anyone. No tenant is bound.
    PUBLIC,
    /// A person who has signed in, with an organization or without one.
    PERSON,
    /// A caller in an organization; a restricted key needs the scope `<resource>:read`.
    READ,
    /// A caller in an organization; a restricted key needs the scope `<resource>:write`.
    WRITE,
    /// An owner or admin; a restricted key needs the scope `<resource>:admin`.
    ADMIN
}
