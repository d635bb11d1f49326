package hedgerow.mappers.provider;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;

/// Webhooks that providers sent. The worker writes them.
public interface ProviderEventMapper extends ResourceMapper<ProviderEvent, ProviderEventMapper.Filter> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String provider, String type, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }
}
