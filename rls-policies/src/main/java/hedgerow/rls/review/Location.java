package hedgerow.rls.review;

/// Where in a file under review an object is made.
///
/// @param file as the user named it
/// @param line from 1
public record Location(String file, int line) {}
