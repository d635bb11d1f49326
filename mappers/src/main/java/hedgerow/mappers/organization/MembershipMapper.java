package hedgerow.mappers.organization;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Members of the tenant. The `id` of a membership is that of the person.
public interface MembershipMapper
        extends ResourceMapper<Membership, MembershipMapper.Filter>,
                ResourceMapper.Changing<Membership, MembershipMapper.Change> {

    /// Removes a person from the tenant and returns the membership that ended; empty if the actor may
    /// remove no such member.
    ///
    /// @param version the expected version; null accepts any
    Optional<Membership> remove(TenantKey tenant, UUID id, Integer version);

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String role, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// The new values of everything that can be changed.
    record Change(String role, List<String> permissions, String status, String displayName, String email) {}
}
