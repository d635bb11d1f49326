package hedgerow.server.cli;

import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.PasswordFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A file that signals to a script that everything is ready, with the URLs. Only its owner can read it,
/// because URLs contain passwords.
final class ReadyFile implements AutoCloseable {

    private final Path path;

    private ReadyFile(Path path) {
        this.path = path;
    }

    /// The contents of the file.
    ///
    /// @param admin the administrator's URL
    /// @param api address of the HTTP API; empty, and then null in the file, if none is served
    record Content(DatabaseUrl admin, DatabaseUrl app, DatabaseUrl reviewer, Optional<String> api) {

        String json() {
            return """
                {"jdbc": %s, "host": %s, "port": %d, "database": %s, \
                "admin": %s, "app": %s, "reviewer": %s, "api": %s}
                """.formatted(
                            quoted(admin.jdbcAddress()),
                            quoted(admin.host()),
                            admin.port(),
                            quoted(admin.database()),
                            quoted(admin.libpq()),
                            quoted(app.libpq()),
                            quoted(reviewer.libpq()),
                            api.map(Content::quoted).orElse("null"));
        }

        private static String quoted(String text) {
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
    }

    /// Removes the file of an earlier run, so that it is not mistaken for this one.
    static void clear(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    static ReadyFile write(Path path, Content content) {
        try {
            PasswordFile.writePrivately(path, content.json());
            return new ReadyFile(path);
        } catch (IOException e) {
            throw unwritable(path, e);
        }
    }

    @Override
    public void close() {
        clear(path);
    }

    private static DatabaseProblem unwritable(Path path, IOException cause) {
        return new DatabaseProblem(
                Code.DIRECTORY_UNUSABLE,
                "cannot write the ready file " + path,
                cause.toString(),
                "choose a --ready-file in a directory that you may write to",
                cause);
    }
}
