package hedgerow.mappers.work;

import hedgerow.mappers.TenantKey;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.ibatis.annotations.Param;

/// E-mail on its way, as the worker sends it. The application adds that of invitations.
public interface MailMapper {

    /// Adds a mail to each owner and admin who may decide a pending approval of which nobody has heard; returns how
    /// many, at most 200.
    int announce(@Param("tenant") TenantKey tenant);

    /// One mail that is due, for this worker alone for a minute; it counts as an attempt.
    Optional<DueMail> claim(@Param("tenant") TenantKey tenant);

    /// Records the result of an attempt. The token is removed unless another attempt follows.
    ///
    /// @param status `sent`, `failed` or `abandoned`
    /// @param error null if it was sent
    int note(TenantKey tenant, UUID id, String status, String error, double waitSeconds);

    /// When the next mail is due; null: none is.
    Instant nextAttempt(@Param("tenant") TenantKey tenant);
}
