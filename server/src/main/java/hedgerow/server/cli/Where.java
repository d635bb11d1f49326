package hedgerow.server.cli;

import hedgerow.sql.DatabaseUrl;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The database that a command inspects: a live one, or the one that files make.
class Where {

    private static final Pattern URL = Pattern.compile("(jdbc:)?postgres(ql)?:");

    @Parameters(
            paramLabel = "<url>",
            arity = "0..1",
            converter = DatabaseOptions.UrlConverter.class,
            description = {
                "PostgreSQL 15 to 18: postgresql://user@host/name or jdbc:postgresql://host/name.",
                "Passwords belong in PGPASSFILE."
            })
    private DatabaseUrl url;

    @Option(
            names = {"-f", "--file"},
            paramLabel = "<sql>",
            description = "A file of SQL, or a directory of migrations; repeatable. Loaded into a temporary PostgreSQL,"
                    + " without a superuser's rights, and taken in its final state.")
    private List<Path> files;

    static Where live(DatabaseUrl url) {
        var where = new Where();
        where.url = url;
        return where;
    }

    static Where files(List<Path> files) {
        var where = new Where();
        where.files = files;
        return where;
    }

    /// The database to compare with: a URL, a file or a directory.
    ///
    /// @throws IllegalArgumentException if it looks like a URL and is not one
    static Where of(String other) {
        return URL.matcher(other).lookingAt() ? live(DatabaseUrl.parse(other)) : files(List.of(Path.of(other)));
    }

    boolean isNothing() {
        return url == null && files == null;
    }

    boolean isLive() {
        return url != null;
    }

    DatabaseUrl url() {
        return url;
    }

    List<Path> files() {
        return files;
    }
}
