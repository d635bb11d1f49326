package hedgerow.rls.review;

import java.util.List;

/// Reports that a configuration cannot be used, with every problem in it.
///
/// [#toString()] is the whole text, ready for a terminal.
public final class ConfigProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /// Reports problems.
    ///
    /// @param problems each with its place: `hedgerow.yaml:3: unknown key colour`
    ConfigProblem(List<String> problems) {
        super(String.join(System.lineSeparator(), problems));
    }

    @Override
    public String toString() {
        return "error[config-refused]: %s%n  hint: see docs/review.md for the keys of hedgerow.yaml"
                .formatted(getMessage().replace(System.lineSeparator(), System.lineSeparator() + "  "));
    }
}
