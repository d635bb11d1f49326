package hedgerow.rls.review;

/// An object of which it stays open whether it shows or changes rows of another tenant.
///
/// @param object as a finding names it: `function app.f(uuid)`
/// @param why a predicate without full stop
record Undecided(String object, String why) {}
