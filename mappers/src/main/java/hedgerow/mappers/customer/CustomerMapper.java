package hedgerow.mappers.customer;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.Json;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.Optional;
import java.util.UUID;

/// Customers of a tenant.
public interface CustomerMapper
        extends ResourceMapper<Customer, CustomerMapper.Filter>,
                ResourceMapper.Creating<Customer, CustomerMapper.New>,
                ResourceMapper.Changing<Customer, CustomerMapper.Change> {

    /// Takes a customer out of use, or back into it; empty if there is none that the actor may change.
    ///
    /// @param version null: whichever it has
    Optional<Customer> archive(TenantKey tenant, UUID id, Integer version, boolean archived);

    /// What a list can be narrowed to; null: any.
    record Filter(String email, Boolean archived, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// What a new one begins with.
    record New(
            String name,
            String email,
            String phone,
            String country,
            Json address,
            String walletAddress,
            String description,
            Json metadata) {}

    /// All that can be changed, as it is to be.
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
