package hedgerow.rls.why;

/// A question about a row that has no answer.
public final class WhyProblem extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final boolean found;
    private final String hint;

    private WhyProblem(boolean found, String message, String hint) {
        super(message);
        this.found = found;
        this.hint = hint;
    }

    /// The question is wrong.
    static WhyProblem refused(String message, String hint) {
        return new WhyProblem(true, message, hint);
    }

    /// There is no row, or nobody here may see it.
    static WhyProblem unseen(String message, String hint) {
        return new WhyProblem(false, message, hint);
    }

    /// Whether it is the question that is wrong; else there is no such row for whoever asks.
    public boolean isRefusal() {
        return found;
    }

    @Override
    public String toString() {
        return "error: %s%n  hint: %s".formatted(getMessage(), hint);
    }
}
