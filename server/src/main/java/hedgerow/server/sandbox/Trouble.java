package hedgerow.server.sandbox;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// How the sandbox misbehaves. A payment method asks for it by its name: `pm_error_after+lost_lookup`.
public enum Trouble {
    /// At the first submission under a key:
    TIMEOUT_BEFORE,
    TIMEOUT_AFTER,
    ERROR_BEFORE,
    ERROR_AFTER,
    MALFORMED,
    SLOW,
    TOO_MANY,

    /// At the first look-up of what there is.
    LOST_LOOKUP,

    /// What the money does:
    DECLINED,
    PENDING,
    WRONG_AMOUNT,
    REFUND_DECLINED,

    /// How it is told:
    WEBHOOK_TWICE,
    WEBHOOK_FIRST,
    WEBHOOK_FORGED;

    private static final String PREFIX = "pm_";

    /// Of a payment method; none if its name asks for none.
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

    /// As in the name of a payment method.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
