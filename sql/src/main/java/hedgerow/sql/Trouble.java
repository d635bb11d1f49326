package hedgerow.sql;

import hedgerow.sql.DatabaseProblem.Code;
import java.io.IOException;
import java.nio.file.Path;

/// Translates complaints of PostgreSQL's programs or of the file system into problems that a person can act
/// on.
final class Trouble {

    private static final int LAST_LINES = 12;

    private Trouble() {}

    /// The problem behind the output of a program.
    ///
    /// @param failure what could not be done
    static DatabaseProblem of(Command answer, String failure, Path directory) {
        var said = complaints(answer.output());
        if (said.contains("No space left on device")) {
            return diskFull(directory, failure, said, null);
        }
        if (said.contains("Permission denied") || said.contains("Read-only file system")) {
            return unusable(directory, failure, new IOException(said));
        }
        if (said.contains("user does not exist")) {
            return new DatabaseProblem(
                    Code.PLATFORM_UNSUPPORTED,
                    "PostgreSQL cannot run as a user that has no name on this system",
                    said,
                    "run as a user that /etc/passwd lists, or use your own PostgreSQL: hedgerow up --admin-database"
                            + " <url>");
        }
        return new DatabaseProblem(Code.SERVER_FAILED, failure, said, "mend what the message names, and try again");
    }

    /// The problem of a path that cannot be used.
    ///
    /// @param cause may be null
    static DatabaseProblem unusable(Path path, String message, IOException cause) {
        var detail = cause == null ? "" : cause.toString().replaceFirst("^java\\.io\\.IOException: ", "");
        if (detail.contains("No space left on device")) {
            return diskFull(path, message, detail, cause);
        }
        return new DatabaseProblem(
                Code.DIRECTORY_UNUSABLE,
                message,
                detail,
                "choose a directory that you may write to, or mend this one",
                cause);
    }

    /// The lines in which a program complains; otherwise its last lines.
    static String complaints(String output) {
        var lines = output.strip().lines().toList();
        var complaints = lines.stream()
                .filter(line -> line.matches(".*(error|FATAL|PANIC|hint|HINT):.*"))
                .toList();
        var last = lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size());
        return String.join("\n", complaints.isEmpty() ? last : complaints);
    }

    private static DatabaseProblem diskFull(Path path, String message, String detail, IOException cause) {
        return new DatabaseProblem(
                Code.DISK_FULL, message + ": the disk is full", detail, "make room on the disk of " + path, cause);
    }
}
