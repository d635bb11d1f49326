package hedgerow.mappers.organization;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// Invitations to join the tenant.
public interface InvitationMapper
        extends ResourceMapper<Invitation, InvitationMapper.Filter>,
                ResourceMapper.Creating<Invitation, InvitationMapper.New>,
                ResourceMapper.Moving<Invitation> {

    /// The invitations of a person that this transaction has ended.
    List<UUID> endedWith(@Param("tenant") TenantKey tenant, @Param("person") String person);

    /// Queues an invitation that the worker sends by e-mail.
    void send(TenantKey tenant, Mail created);

    /// The values of a new e-mail. The token is encrypted with AES-256-GCM under the key `secretKeyId`.
    record Mail(UUID id, UUID invitationId, String secretKeyId, byte[] secretNonce, byte[] secretCiphertext) {}

    /// Conditions that narrow a list; a null component narrows nothing.
    record Filter(String email, String status, CreatedAt createdAt) {

        /// The filter that keeps every row.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// The values of a new row. `tokenHash` is the SHA-256 of the token, 32 bytes, which is written and
    /// never read.
    record New(String email, String role, byte[] tokenHash, Instant expiresAt) {}
}
