package hedgerow.rls.bind;

import java.sql.SQLException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.WeakHashMap;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Query;

/// The pipelines whose statements the server keeps prepared, per connection of the driver: at most [#MOST];
/// the least recently used one goes first.
///
/// A sealed bind makes the server look through all prepared statements of its session. With the 256 texts
/// that the driver keeps by default it would cost nine times as much as with one.
final class KeptStatements {

    /// A kept statement costs each bind about 5 microseconds, a parse costs 100 to 300.
    static final int MOST = 16;

    private static final int NONE = -1;

    private final Map<BaseConnection, LinkedHashMap<String, Boolean>> used =
            Collections.synchronizedMap(new WeakHashMap<>());

    /// Remembers a use, and forgets the statements of the pipeline that has to make room for it.
    void use(BaseConnection driver, String pipeline) throws SQLException {
        var kept = used.computeIfAbsent(driver, _ -> new LinkedHashMap<>(2 * MOST, 0.75f, true));
        kept.put(pipeline, true);
        if (kept.size() > MOST) {
            forgetAllBut(NONE, driver, kept.pollFirstEntry().getKey());
        }
    }

    /// Closes the statements of a pipeline, except the one at `place`, counted from 0. The driver keeps
    /// them by the pipeline's text if no statement of that text is open.
    static void forgetAllBut(int place, BaseConnection driver, String pipeline) throws SQLException {
        var executor = driver.getQueryExecutor();
        var kept = executor.borrowQuery(pipeline);
        try {
            var parts = kept.query.getSubqueries();
            var all = parts == null ? new Query[] {kept.query} : parts;
            for (var i = 0; i < all.length; i++) {
                if (i != place) {
                    all[i].close();
                }
            }
        } finally {
            executor.releaseQuery(kept);
        }
    }
}
