package hedgerow.rls.review;

/// The place in a file under review that creates an object.
///
/// @param file in the user's spelling
/// @param line from 1
public record Location(String file, int line) {}
