package hedgerow.sql;

import java.util.List;

/// Reports that a script cannot be run as it is. Nothing of it has run.
///
/// [#toString()] is the whole text, ready for a terminal: one line for each place, and one for its remedy.
public final class ScriptProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<Complaint> complaints;

    /// One fault of a script.
    ///
    /// @param message includes its place
    /// @param hint one imperative sentence
    record Complaint(String message, String hint) {
        @Override
        public String toString() {
            return "error[script-refused]: %s%n  hint: %s".formatted(message, hint);
        }
    }

    ScriptProblem(List<Complaint> complaints) {
        super(complaints.getFirst().message());
        this.complaints = List.copyOf(complaints);
    }

    static ScriptProblem of(String message, String hint) {
        return new ScriptProblem(List.of(new Complaint(message, hint)));
    }

    @Override
    public String toString() {
        var text = new StringBuilder();
        complaints.forEach(complaint -> text.append(complaint).append(System.lineSeparator()));
        return text.append("Nothing was run.").toString();
    }
}
