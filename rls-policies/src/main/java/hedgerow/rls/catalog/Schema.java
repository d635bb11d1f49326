package hedgerow.rls.catalog;

import java.util.List;
import java.util.Optional;

/// A schema.
///
/// @param quoted as SQL spells it
/// @param extension that brought it
public record Schema(long oid, String name, String quoted, long owner, List<Grant> grants, Optional<String> extension) {

    /// PostgreSQL's own.
    public boolean isSystem() {
        return name.startsWith("pg_") || name.equals("information_schema");
    }
}
