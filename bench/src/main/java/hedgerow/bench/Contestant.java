package hedgerow.bench;

import hedgerow.sql.DatabaseUrl;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// One side of the comparison, a program that answers HTTP.
///
/// @param poolSize the largest number of connections to the database
/// @param database the database that it queries
/// @param command that starts it
/// @param environment more variables than PORT, POOL_SIZE, DATABASE_URL and JDBC_URL
record Contestant(
        String name,
        String title,
        Dialect dialect,
        int poolSize,
        DatabaseUrl database,
        Path folder,
        List<String> command,
        Map<String, String> environment) {

    Contestant over(DatabaseUrl other) {
        return new Contestant(name, title, dialect, poolSize, other, folder, command, environment);
    }
}
