package hedgerow.mappers.customer;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// Customers of a tenant.
public interface CustomerMapper
        extends ResourceMapper<Customer, CustomerMapper.Filter>,
                ResourceMapper.Creating<Customer, CustomerMapper.New>,
                ResourceMapper.Changing<Customer, CustomerMapper.Change> {

    /// Takes a customer out of use, or back into it; empty if the actor may change no such customer.
    ///
    /// @param version the expected version; null accepts any
    Optional<Customer> archive(TenantKey tenant, UUID id, Integer version, boolean archived);

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String email, Boolean archived, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// The values of a new row.
    record New(
            String name,
            String email,
            String phone,
            String country,
            Json address,
            String walletAddress,
            String description,
            Json metadata) {
        public New {
            metadata = Objects.requireNonNullElse(metadata, Json.EMPTY);
        }
    }

    /// The new values of everything that can be changed.
    record Change(
            String name,
            String email,
            String phone,
            String country,
            Json address,
            String walletAddress,
            String description,
            Json metadata) {}
}
