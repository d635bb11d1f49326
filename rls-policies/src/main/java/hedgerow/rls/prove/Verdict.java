package hedgerow.rls.prove;

import java.util.List;

/// The verdict on one claim about one object.
public sealed interface Verdict {

    /// A proof: no session, row and state of the database can break the claim.
    ///
    /// @param core the assumptions of the proof, one line each: policies, keys, checks, grants; empty
    ///     unless requested
    record Proved(List<String> core) implements Verdict {}

    /// A claim that holds because nobody gets through at all, not even the rightful tenant.
    record Closed(List<String> core) implements Verdict {}

    /// A claim that does not hold.
    record Refuted(Leak leak) implements Verdict {}

    /// A claim that is undecided.
    ///
    /// @param reasons the constructs or objects that prevent a decision, one line each
    record Unknown(List<String> reasons) implements Verdict {}

    /// The name in reports.
    default String id() {
        return switch (this) {
            case Proved _ -> "proved";
            case Closed _ -> "closed";
            case Refuted _ -> "refuted";
            case Unknown _ -> "unknown";
        };
    }
}
