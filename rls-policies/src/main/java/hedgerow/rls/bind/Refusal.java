package hedgerow.rls.bind;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;

/// What the binder does not do, and what to do instead.
final class Refusal {

    private static final String NO_TENANT = "28000";
    private static final String NOT_SUPPORTED = "0A000";
    private static final String CLOSED = "08003";

    private Refusal() {}

    /// @param hint one imperative sentence
    static SQLException of(String what, String hint) {
        return new SQLFeatureNotSupportedException(what + "; " + hint, NOT_SUPPORTED);
    }

    static SQLException tenant(String what, String hint) {
        return new SQLNonTransientException(what + "; " + hint, NO_TENANT);
    }

    static SQLException closed(String what) {
        return new SQLNonTransientException("this " + what + " is closed", CLOSED);
    }
}
