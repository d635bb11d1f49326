package hedgerow.rls.prove;

import java.util.List;

/// What became of one claim about one object.
public sealed interface Verdict {

    /// No session, row and state of the database can break it.
    ///
    /// @param core what the proof rests on, one line each: policies, keys, checks, grants; empty unless
    ///     asked for
    record Proved(List<String> core) implements Verdict {}

    /// It holds because nobody gets by at all, not even the rightful tenant.
    record Closed(List<String> core) implements Verdict {}

    /// It does not hold.
    record Refuted(Leak leak) implements Verdict {}

    /// Neither could be shown.
    ///
    /// @param reasons the constructs or objects that are in the way, one line each
    record Unknown(List<String> reasons) implements Verdict {}

    /// As reports spell it.
    default String id() {
        return switch (this) {
            case Proved _ -> "proved";
            case Closed _ -> "closed";
            case Refuted _ -> "refuted";
            case Unknown _ -> "unknown";
        };
    }
}
