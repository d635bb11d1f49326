package hedgerow.mappers.product;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;
import java.util.Objects;

/// Goods and services of a tenant.
public interface ProductMapper
        extends ResourceMapper<Product, ProductMapper.Filter>,
                ResourceMapper.Creating<Product, ProductMapper.New>,
                ResourceMapper.Changing<Product, ProductMapper.Change> {

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(Boolean active, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(String name, String description, String imageUrl, Json metadata) {
        public New {
            metadata = Objects.requireNonNullElse(metadata, Json.EMPTY);
        }
    }

    /// The new values of everything that can be changed.
    record Change(String name, String description, String imageUrl, boolean active, Json metadata) {}
}
