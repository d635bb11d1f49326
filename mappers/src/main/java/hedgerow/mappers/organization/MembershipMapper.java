package hedgerow.mappers.organization;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Who belongs to the tenant. `id` is that of the person.
public interface MembershipMapper
        extends ResourceMapper<Membership, MembershipMapper.Filter>,
                ResourceMapper.Changing<Membership, MembershipMapper.Change> {

    /// Takes a person out of the tenant; what there was, or empty if there is none whom the actor may remove.
    ///
    /// @param version null: whichever it has
    Optional<Membership> remove(TenantKey tenant, UUID id, Integer version);

    /// What a list can be narrowed to; null: any.
    record Filter(String role, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// All that can be changed, as it is to be.
    record Change(String role, List<String> permissions, String status, String displayName, String email) {}
}
