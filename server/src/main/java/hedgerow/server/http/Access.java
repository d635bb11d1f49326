package hedgerow.server.http;

import io.javalin.security.RouteRole;

/// Who may call a route at all. What the caller then sees and changes is up to the policies of the database.
public enum Access implements RouteRole {
    /// Anyone. No tenant is bound.
    PUBLIC,
    /// A person who has signed in, with or without an organization.
    PERSON,
    /// A caller in an organization; a restricted key needs the scope `<resource>:read`.
    READ,
    /// A caller in an organization; a restricted key needs the scope `<resource>:write`.
    WRITE,
    /// An owner or admin; a restricted key needs the scope `<resource>:admin`.
    ADMIN
}
