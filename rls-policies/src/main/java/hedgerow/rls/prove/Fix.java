package hedgerow.rls.prove;

import java.util.List;

/// A patch that was tried on a scratch copy, together with those before it: there the claims that it closes
/// are proved, somebody still gets through, and no other claim is worse than before.
///
/// @param cause the object at fault, in the spelling of [Leak#cause()]
/// @param change its effect, in words
/// @param statements SQL, in order, without semicolons
/// @param closes the cells that it closes, for the roles concerned
/// @param taken the access that it takes away, one line each: `app_user: SELECT of app.invoice shows fewer
///     rows`
public record Fix(String cause, String change, List<String> statements, List<Cell> closes, List<String> taken) {}
