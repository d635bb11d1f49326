package hedgerow.mappers.audit;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;

/// Changes of the tenant's rows, each with its author. Triggers write them.
public interface AuditLogMapper extends ResourceMapper<AuditLog, AuditLogMapper.Filter> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String tableName, String rowId, String actor, String action, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }
}
