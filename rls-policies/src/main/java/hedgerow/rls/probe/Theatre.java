package hedgerow.rls.probe;

import java.sql.Connection;
import java.util.Optional;

/// One of several equal databases that are attacked at the same time.
///
/// @param stage in a transaction of a role that no policy binds and that may become any role. Rows are made
///     there, and the database's own triggers and functions run; all effects are undone. With logins it may
///     also make a schema of functions, which is committed and dropped at the end
/// @param logins for each login of the catalog, each in a transaction that is rolled back; if empty, the
///     stage becomes each login
public record Theatre(Connection stage, Optional<LoginSource> logins) {}
