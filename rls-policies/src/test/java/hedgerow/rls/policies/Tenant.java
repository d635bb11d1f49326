package hedgerow.rls.policies;

import java.util.UUID;

/// A tenant of the demo data.
record Tenant(UUID id, String slug) {}
