package hedgerow.mappers.audit;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;

/// Who changed which row of the tenant, and how. Written by triggers.
public interface AuditLogMapper extends ResourceMapper<AuditLog, AuditLogMapper.Filter> {

    /// What a list can be narrowed to; null: any.
    record Filter(String tableName, String rowId, String actor, String action, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, null, CreatedAt.ANY);
    }
}
