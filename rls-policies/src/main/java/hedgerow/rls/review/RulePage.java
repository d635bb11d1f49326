package hedgerow.rls.review;

import java.util.List;
import java.util.Optional;

/// The page of a rule, `rule.md`.
///
/// @param slug name of its folder
/// @param title one line, without full stop
/// @param severity the highest severity of its findings; refuted claims may weigh more
/// @param leaks ids of the leaks that it finds
/// @param since first major version of PostgreSQL in which it can happen
/// @param until the last one
/// @param text the page, in Markdown
public record RulePage(
        String slug,
        String title,
        Severity severity,
        List<String> leaks,
        Optional<Integer> since,
        Optional<Integer> until,
        String text) {

    public RulePage {
        leaks = List.copyOf(leaks);
    }

    /// Whether the rule applies to a version.
    ///
    /// @param major 15 to 18
    public boolean appliesTo(int major) {
        return major >= since.orElse(major) && major <= until.orElse(major);
    }

    /// The path of the page in the repository.
    public String path() {
        return "rls-policies/rules/%s/rule.md".formatted(slug);
    }
}
