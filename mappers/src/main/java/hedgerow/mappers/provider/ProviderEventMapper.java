package hedgerow.mappers.provider;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;

/// What providers sent. The worker writes it.
public interface ProviderEventMapper extends ResourceMapper<ProviderEvent, ProviderEventMapper.Filter> {

    /// What a list can be narrowed to; null: any.
    record Filter(String provider, String type, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }
}
