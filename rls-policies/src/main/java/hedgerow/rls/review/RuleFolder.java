package hedgerow.rls.review;

/// A rule: its page, and its query or class.
record RuleFolder(RulePage page, Body body) {

    sealed interface Body {}

    /// A query, one SELECT of object, detail, fix and exposed.
    record Sql(String text) implements Body {}

    /// A class of `hedgerow.rls.review.rules`.
    record Java(Rule rule) implements Body {}
}
