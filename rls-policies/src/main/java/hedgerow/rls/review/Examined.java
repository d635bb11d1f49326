package hedgerow.rls.review;

/// An object that no rule could read, and that `hedgerow.yaml` says a person has examined.
///
/// @param object as the report names it
/// @param gap what could not be read
/// @param reason why it leaks nothing
public record Examined(String object, String gap, String reason) {}
