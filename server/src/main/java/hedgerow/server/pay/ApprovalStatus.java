package hedgerow.server.pay;

import java.util.Locale;

/// The states of an approval.
public enum ApprovalStatus {
    PENDING,
    APPROVED,
    REJECTED,
    EXPIRED;

    /// The name in the database and in the API.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
