package hedgerow.rls.bind;

import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLNonTransientException;

/// Errors of the binder itself: one sentence that names the refused object, and one that states the remedy.
final class Refusal {

    private static final String NO_TENANT = "28000";
    private static final String NOT_SUPPORTED = "0A000";
    private static final String CLOSED = "08003";

    private Refusal() {}

    /// An error with SQLSTATE and hint.
    ///
    /// @param what a sentence
    /// @param hint an imperative sentence
    static SQLException of(String what, String hint) {
        return new SQLFeatureNotSupportedException(what + " " + hint, NOT_SUPPORTED);
    }

    static SQLException tenant(String what, String hint) {
        return new SQLNonTransientException(what + " " + hint, NO_TENANT);
    }

    static SQLException closed(String what) {
        return new SQLNonTransientException("This " + what + " is closed.", CLOSED);
    }
}
