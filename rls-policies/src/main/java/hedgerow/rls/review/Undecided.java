package hedgerow.rls.review;

/// An object that is undecided: it may or may not show or change rows of another tenant.
///
/// @param object in the spelling of a finding: `function app.f(uuid)`
/// @param why a predicate without full stop
record Undecided(String object, String why) {}
