package hedgerow.rls.review;

import hedgerow.rls.review.rules.Analysis;
import java.util.List;
import java.util.Optional;

/// A rule in Java, for questions about expressions. All other rules are a `rule.sql`.
///
/// The rule of folder `policy-always-true` is the class `hedgerow.rls.review.rules.PolicyAlwaysTrue`, with a
/// constructor without parameters.
@FunctionalInterface
public interface Rule {

    List<Hit> find(Analysis analysis);

    /// A finding before it is graded. The parts are those of [Finding].
    ///
    /// @param exposed false when no subject can reach the hole
    record Hit(String object, String detail, Optional<String> fix, boolean exposed) {}
}
