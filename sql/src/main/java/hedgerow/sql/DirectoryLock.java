package hedgerow.sql;

import hedgerow.sql.DatabaseProblem.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A lock by which one process at a time runs the server of a directory. The operating system drops the
/// lock when that process dies.
final class DirectoryLock implements AutoCloseable {

    static final String FILE = "lock";

    /// Directories that this process has locked. Closing any channel of a file drops the process's lock on
    /// it, so a second attempt must not even open it.
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;

    private DirectoryLock(Path directory, FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    static DirectoryLock take(Path directory) {
        if (!HELD_HERE.add(directory)) {
            throw inUse(directory, Long.toString(ProcessHandle.current().pid()));
        }
        var file = directory.resolve(FILE);
        try {
            var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() == null) {
                channel.close();
                throw inUse(directory, Files.readString(file).strip());
            }
            channel.truncate(0);
            channel.write(StandardCharsets.UTF_8.encode(ProcessHandle.current().pid() + "\n"));
            return new DirectoryLock(directory, channel);
        } catch (IOException e) {
            HELD_HERE.remove(directory);
            throw Trouble.unusable(directory, "cannot lock " + file, e);
        } catch (DatabaseProblem e) {
            HELD_HERE.remove(directory);
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            HELD_HERE.remove(directory);
        }
    }

    private static DatabaseProblem inUse(Path directory, String holder) {
        return new DatabaseProblem(
                Code.DIRECTORY_IN_USE,
                "%s is in use by process %s".formatted(directory, holder),
                "",
                "stop that process, or choose another directory with --data");
    }
}
