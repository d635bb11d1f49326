package hedgerow.rls.review;

/// A rule: its page, and what asks.
record RuleFolder(RulePage page, Body body) {

    sealed interface Body {}

    /// One SELECT of object, detail, fix and exposed.
    record Sql(String text) implements Body {}

    /// A class of `hedgerow.rls.review.rules`.
    record Java(Rule rule) implements Body {}
}
