package hedgerow.server.http;

import hedgerow.mappers.Database;
import hedgerow.mappers.Mappers;
import io.javalin.http.Context;
import java.util.function.Function;

/// The preference `Prefer: tx=rollback`: a write is tried, including its deferred constraints, answered as
/// if it had happened, and undone.
///
/// The OpenAPI document lists the header for each operation that supports it; [Contract] refuses it
/// elsewhere.
public final class DryRun {

    private DryRun() {}

    static boolean isRequested(Context ctx) {
        return Preferences.of(ctx).isDryRun();
    }

    /// Runs all of `work` in one transaction, which is committed unless the caller requested a dry run.
    public static <T> T write(Context ctx, Database database, Function<Mappers, T> work) {
        if (!isRequested(ctx)) {
            return database.write(work);
        }
        var answer = database.dryRun(work);
        ctx.header("Preference-Applied", Preferences.ROLLBACK);
        return answer;
    }
}
