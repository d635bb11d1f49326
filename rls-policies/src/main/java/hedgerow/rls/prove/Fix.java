package hedgerow.rls.prove;

import java.util.List;

/// A patch that was tried on a scratch copy, together with those before it: there the claims that it closes are proved,
/// somebody still gets by, and no other claim is worse than before.
///
/// @param cause the object at fault, as [Leak#cause()] spells it
/// @param change what it does, in words
/// @param statements SQL, in order, without semicolons
/// @param closes the cells that it closes, with the roles for which it does
/// @param taken the access that goes, one line each: `app_user: SELECT of app.invoice shows fewer rows`
public record Fix(String cause, String change, List<String> statements, List<Cell> closes, List<String> taken) {}
