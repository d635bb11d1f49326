package hedgerow.mappers.organization;

import hedgerow.mappers.CreatedAt;
import hedgerow.mappers.ResourceMapper;
import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// Who is asked to join the tenant.
public interface InvitationMapper
        extends ResourceMapper<Invitation, InvitationMapper.Filter>,
                ResourceMapper.Creating<Invitation, InvitationMapper.New>,
                ResourceMapper.Moving<Invitation> {

    /// The invitations of a person that this transaction has ended.
    List<UUID> endedWith(@Param("tenant") TenantKey tenant, @Param("person") String person);

    /// Has the worker send an invitation by e-mail.
    void send(TenantKey tenant, Mail created);

    /// What a mail begins with. The token is AES-256-GCM under the key `secretKeyId`.
    record Mail(UUID id, UUID invitationId, String secretKeyId, byte[] secretNonce, byte[] secretCiphertext) {}

    /// What a list can be narrowed to; null: any.
    record Filter(String email, String status, CreatedAt createdAt) {

        /// All of them.
        public static final Filter ALL = new Filter(null, null, CreatedAt.ANY);
    }

    /// What a new one begins with. `tokenHash` is the SHA-256 of the token, 32 bytes: written, never read.
    record New(String email, String role, byte[] tokenHash, Instant expiresAt) {}
}
