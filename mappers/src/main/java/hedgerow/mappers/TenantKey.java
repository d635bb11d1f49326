package hedgerow.mappers;

import java.util.UUID;

/// What every key of a tenant table begins with: the tenant, and live or test data.
///
/// Policies hold a session to the same two values. Statements name them all the same: that is what an index and a
/// distributed table are searched by, and a policy that is missing then still shows no other tenant's row.
public record TenantKey(UUID organization, boolean livemode) {}
