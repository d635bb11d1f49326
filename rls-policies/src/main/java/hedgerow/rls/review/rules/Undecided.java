package hedgerow.rls.review.rules;

/// An object that may show or change rows of another tenant, and that no rule could read.
///
/// @param object in quoted SQL spelling, as a finding names it: `function app.f(uuid)`
/// @param why a predicate without full stop: `runs as boss, and its body was not read`
public record Undecided(String object, String why) {}
