package hedgerow.rls.smt;

/// The kind of a term. Numbers, dates and times are all real numbers: ignoring that some are integers only
/// adds models.
public enum Sort {
    BOOL("Bool"),
    REAL("Real"),
    /// Any other value: only equality matters.
    VALUE("V");

    private final String text;

    Sort(String text) {
        this.text = text;
    }

    /// The sort in SMT-LIB syntax.
    public String text() {
        return text;
    }
}
