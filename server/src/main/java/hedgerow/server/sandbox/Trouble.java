package hedgerow.server.sandbox;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// The ways in which the sandbox misbehaves. A payment method asks for them by its name, as
/// `pm_error_after+lost_lookup`.
public enum Trouble {
    /// At the first submission under a key:
    TIMEOUT_BEFORE,
    TIMEOUT_AFTER,
    ERROR_BEFORE,
    ERROR_AFTER,
    MALFORMED,
    SLOW,
    TOO_MANY,
    SAYS_DECLINED,
    ANOTHER_ORDER,

    /// At the first look-up of a charge or refund:
    LOST_LOOKUP,

    /// The fate of the money:
    DECLINED,
    PENDING,
    WRONG_AMOUNT,
    WRONG_CURRENCY,
    REFUND_DECLINED,
    REFUND_PENDING,
    REFUND_WRONG_AMOUNT,

    /// The ways of reporting it:
    WEBHOOK_TWICE,
    WEBHOOK_FIRST,
    WEBHOOK_FORGED;

    private static final String PREFIX = "pm_";

    /// The troubles that the name of a payment method requests.
    static Set<Trouble> of(String method) {
        var asked = EnumSet.noneOf(Trouble.class);
        if (method.startsWith(PREFIX)) {
            var names = Set.of(method.substring(PREFIX.length()).split("[+]"));
            Arrays.stream(values())
                    .filter(trouble -> names.contains(trouble.code()))
                    .forEach(asked::add);
        }
        return asked;
    }

    /// The word for it in the name of a payment method.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
