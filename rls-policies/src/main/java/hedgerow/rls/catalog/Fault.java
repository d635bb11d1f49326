package hedgerow.rls.catalog;

import java.util.Arrays;

/// An internal error, in one line: a single object under review must not end the review.
public final class Fault {

    private Fault() {}

    /// Describes an error, as in `internal error: IllegalStateException: no such node
    /// (ExprReader.java:40)`.
    ///
    /// @param e a [RuntimeException], or the [StackOverflowError] of something nested too deeply
    public static String line(Throwable e) {
        var place = Arrays.stream(e.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("hedgerow."))
                .findFirst()
                .map(frame -> " (%s:%d)".formatted(frame.getFileName(), frame.getLineNumber()))
                .orElse("");
        var message = e.getMessage() == null
                ? ""
                : ": " + e.getMessage().lines().findFirst().orElse("");
        return "internal error: %s%s%s".formatted(e.getClass().getSimpleName(), message, place);
    }
}
