package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// The worker's statements that send e-mail. The application adds the e-mails of invitations.
public interface MailMapper {

    /// Announces up to 10 pending approvals: adds a mail to each owner and admin who may decide one. Each is announced
    /// once.
    ///
    /// @return how many approvals were announced
    int announce(@Param("tenant") TenantKey tenant);

    /// Claims one due e-mail for this worker alone, for one minute. Each claim is an attempt.
    Optional<DueMail> claim(@Param("tenant") TenantKey tenant);

    /// Records the result of an attempt. The token is removed unless another attempt follows.
    ///
    /// @param status `sent`, `failed` or `abandoned`
    /// @param error null if it was sent
    int note(TenantKey tenant, UUID id, String status, String error, double waitSeconds);

    /// The time at which the next e-mail is due; null: none is.
    Instant nextAttempt(@Param("tenant") TenantKey tenant);
}
