package hedgerow.sql;

import java.util.Locale;

/// A failure that a person can act on: what failed and why, and one thing to do next.
///
/// `getMessage()` is the first line alone; [#toString()] is the whole text for a terminal. Neither contains
/// a password.
public final class DatabaseProblem extends RuntimeException {

    /// The kind of failure. A code is never reused; `docs/errors.md` has one entry for each.
    public enum Code {
        DATABASE_UNREACHABLE,
        DATA_VERSION,
        DIRECTORY_IN_USE,
        DIRECTORY_UNUSABLE,
        DISK_FULL,
        MIGRATION_FAILED,
        MIGRATION_LOCKED,
        PASSWORDS_LOST,
        PLATFORM_UNSUPPORTED,
        PORT_BUSY,
        SEED_FAILED,
        SERVER_FAILED,
        SERVER_UNSUPPORTED,
        UNSAFE_TO_SERVE;

        /// The code as it is printed and documented, such as `port-busy`.
        public String slug() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final long serialVersionUID = 1L;

    private final Code code;
    private final String detail;
    private final String hint;

    /// Describes a failure.
    ///
    /// @param message what failed, and on which object
    /// @param detail the message of the server or of the system; may be empty
    /// @param hint one imperative sentence
    /// @param cause may be null
    public DatabaseProblem(Code code, String message, String detail, String hint, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.detail = detail.strip();
        this.hint = hint;
    }

    DatabaseProblem(Code code, String message, String detail, String hint) {
        this(code, message, detail, hint, null);
    }

    public Code code() {
        return code;
    }

    /// The message of the server or of the system; may be empty.
    public String detail() {
        return detail;
    }

    public String hint() {
        return hint;
    }

    @Override
    public String toString() {
        var text = new StringBuilder("error[%s]: %s%n".formatted(code.slug(), getMessage()));
        detail.lines().forEach(line -> text.append("  %s%n".formatted(line)));
        return text.append("  hint: ").append(hint).toString();
    }
}
