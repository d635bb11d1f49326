package hedgerow.rls.prove;

import java.util.List;

/// The cause of a broken claim.
///
/// @param object at fault, in the spelling of findings: `policy looks on app.invoice`
/// @param leaks ids of `docs/leaks.md`, sorted
record Cause(String object, List<String> leaks) {}
