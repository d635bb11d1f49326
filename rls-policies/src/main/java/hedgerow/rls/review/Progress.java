package hedgerow.rls.review;

/// Receives the progress of a review.
@FunctionalInterface
public interface Progress {

    /// A listener that ignores the progress.
    Progress NONE = (what, done, total) -> {};

    /// Reports a step that is about to begin.
    ///
    /// @param what the step, in a few words
    /// @param done of `total` steps
    void at(String what, int done, int total);
}
