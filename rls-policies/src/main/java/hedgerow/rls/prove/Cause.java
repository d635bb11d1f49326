package hedgerow.rls.prove;

import java.util.List;

/// What breaks a claim.
///
/// @param object at fault, as findings spell it: `policy looks on app.invoice`
/// @param leaks ids of `docs/leaks.md`, sorted
record Cause(String object, List<String> leaks) {}
