package hedgerow.mappers.product;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;

/// Goods and services of a tenant.
public interface ProductMapper
        extends ResourceMapper<Product, ProductMapper.Filter>,
                ResourceMapper.Creating<Product, ProductMapper.New>,
                ResourceMapper.Changing<Product, ProductMapper.Change> {

    /// What a list can be narrowed to; null: any.
    record Filter(Boolean active, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, CreatedAt.ANY);
    }

    /// What a new one begins with.
    record New(String name, String description, String imageUrl, Json metadata) {}

    /// All that can be changed, as it is to be.
    record Change(String name, String description, String imageUrl, boolean active, Json metadata) {}
}
