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

    /// Ends a key for good; empty if the actor may end no such key. A key that has already ended stays as
    /// it is.
    ///
    /// @param version the expected version; null accepts any
    Optional<ApiKey> revoke(TenantKey tenant, UUID id, Integer version);

    /// The keys of a person that this transaction has ended.
    List<UUID> endedWith(@Param("tenant") TenantKey tenant, @Param("person") String person);

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String role, UUID agentId, Boolean revoked, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, null, CreatedAt.ANY);
    }

    /// The values of a new row. `agentId` is the agent of a key with the role `agent`, otherwise null.
    /// `keyHash` is the SHA-256 of the key, 32 bytes, which is written and never read.
    record New(
            String name,
            String kind,
            String role,
            UUID agentId,
            List<String> scopes,
            String prefix,
            byte[] keyHash,
            Instant expiresAt) {}

    /// The new values of everything that can be changed.
    record Change(String name, Instant expiresAt) {}
}
