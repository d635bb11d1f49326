package hedgerow.rls.prove;

import java.util.List;

/// A row that one of two databases shows or accepts and the other does not.
///
/// @param gate at which they differ: `SELECT`, `UPDATE old`, ...
/// @param after whether the later one admits it; otherwise the earlier one does
/// @param seen whether it was tried on both
/// @param story at most twelve lines
/// @param script for psql, to be run on either
public record Difference(String gate, boolean after, boolean seen, List<String> story, String script) {}
