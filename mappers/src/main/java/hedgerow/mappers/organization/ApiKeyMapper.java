package hedgerow.mappers.organization;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// Keys that act for the tenant.
public interface ApiKeyMapper
        extends ResourceMapper<ApiKey, ApiKeyMapper.Filter>,
                ResourceMapper.Creating<ApiKey, ApiKeyMapper.New>,
                ResourceMapper.Changing<ApiKey, ApiKeyMapper.Change> {

    /// Ends a key for good; empty if there is none that the actor may end. A key that has ended stays as it
    /// is.
    ///
    /// @param version null: whichever it has
    Optional<ApiKey> revoke(TenantKey tenant, UUID id, Integer version);

    /// The keys of a person that this transaction has ended.
    List<UUID> endedWith(@Param("tenant") TenantKey tenant, @Param("person") String person);

    /// What a list can be narrowed to; null: any.
    record Filter(String role, UUID agentId, Boolean revoked, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// What a new one begins with. `agentId` is that of the role `agent`, else null. `keyHash` is the SHA-256
    /// of the key, 32 bytes: written, never read.
    record New(
            String name,
            String kind,
            String role,
            UUID agentId,
            List<String> scopes,
            String prefix,
            byte[] keyHash,
            Instant expiresAt) {}

    /// All that can be changed, as it is to be.
    record Change(String name, Instant expiresAt) {}
}
