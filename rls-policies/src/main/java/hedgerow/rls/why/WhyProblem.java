package hedgerow.rls.why;

/// Reports that a question about a row has no answer.
public final class WhyProblem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean found;
    private final String hint;

    private WhyProblem(boolean found, String message, String hint) {
        super(message);
        this.found = found;
        this.hint = hint;
    }

    /// A problem with the question itself.
    static WhyProblem refused(String message, String hint) {
        return new WhyProblem(true, message, hint);
    }

    /// A problem of a row that does not exist, or that the caller may not see.
    static WhyProblem unseen(String message, String hint) {
        return new WhyProblem(false, message, hint);
    }

    /// Whether the question is wrong; otherwise there is no such row for the caller.
    public boolean isRefusal() {
        return found;
    }

    @Override
    public String toString() {
        return "error: %s%n  hint: %s".formatted(getMessage(), hint);
    }
}
