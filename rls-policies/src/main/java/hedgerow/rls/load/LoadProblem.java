package hedgerow.rls.load;

/// Reports that files cannot be loaded at all. [#toString()] is the whole text, ready for a terminal.
public final class LoadProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String hint;

    /// A problem.
    ///
    /// @param hint one imperative sentence
    LoadProblem(String message, String hint) {
        super(message);
        this.hint = hint;
    }

    @Override
    public String toString() {
        return "error[load-refused]: %s%n  hint: %s".formatted(getMessage(), hint);
    }
}
