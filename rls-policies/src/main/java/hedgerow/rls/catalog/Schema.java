package hedgerow.rls.catalog;

import java.util.List;
import java.util.Optional;

/// A schema.
///
/// @param quoted in SQL syntax
/// @param extension the extension that it belongs to
public record Schema(long oid, String name, String quoted, long owner, List<Grant> grants, Optional<String> extension) {

    /// Whether it is one of PostgreSQL's own schemas.
    public boolean isSystem() {
        return name.startsWith("pg_") || name.equals("information_schema");
    }
}
