package hedgerow.rls.review;

/// An object that no rule could read and that a person has examined, according to `hedgerow.yaml`.
///
/// @param object in the spelling of the report
/// @param gap the part that could not be read
/// @param reason why it leaks nothing
public record Examined(String object, String gap, String reason) {}
