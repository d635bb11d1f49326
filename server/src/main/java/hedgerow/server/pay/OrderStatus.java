package hedgerow.server.pay;

import hedgerow.mappers.payment.PaymentOrder;
import java.util.Locale;

/// The states of a payment order. The database decides which may follow which.
public enum OrderStatus {
    REQUIRES_CONFIRMATION,
    REQUIRES_APPROVAL,
    REQUIRES_EXECUTION,
    PROCESSING,
    SUCCEEDED,
    FAILED,
    CANCELED,
    EXPIRED;

    /// The name in the database and in the API.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    static OrderStatus of(PaymentOrder order) {
        return valueOf(order.status().toUpperCase(Locale.ROOT));
    }
}
