package hedgerow.rls.smt;

/// What a term stands for. Numbers, dates and times are all real numbers: dropping that some are whole
/// only adds models.
public enum Sort {
    BOOL("Bool"),
    REAL("Real"),
    /// Anything else: only whether two values are equal matters.
    VALUE("V");

    private final String text;

    Sort(String text) {
        this.text = text;
    }

    /// As SMT-LIB spells it.
    public String text() {
        return text;
    }
}
