package hedgerow.rls.review;

/// Receives how far a review is.
@FunctionalInterface
public interface Progress {

    /// Nobody listens.
    Progress NONE = (what, done, total) -> {};

    /// @param what is about to be done, in a few words
    /// @param done of `total` steps
    void at(String what, int done, int total);
}
