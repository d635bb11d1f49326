package hedgerow.mappers;

import java.util.UUID;

/// The beginning of every key of a tenant table: the tenant, and live or test data.
///
/// Policies hold a session to the same two values. Statements name them all the same, because indexes and
/// distributed tables are searched by them, and because a missing policy then still shows no other tenant's
/// row.
public record TenantKey(UUID organization, boolean livemode) {}
