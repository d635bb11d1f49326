package hedgerow.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// A small file system of its own, which can be full or read-only.
record Mount(Path path, boolean mounted) implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// Mounts a temporary file system.
    ///
    /// @throws org.opentest4j.TestAbortedException if this account may not mount
    static Mount tmpfs(Path parent, String options) throws IOException {
        var path = Files.createTempDirectory(parent, "mount-");
        var answer = Command.run(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString()));
        if (!answer.succeeded()) {
            System.err.println("SKIPPED: this account may not mount a small disk: "
                    + answer.output().strip());
            Assumptions.abort("this account may not mount a small disk");
        }
        return new Mount(path, true);
    }

    void remount(String options) {
        Command.run(List.of("mount", "-o", "remount," + options, path.toString()));
    }

    /// Retries, because a process that has just ended may keep the mount busy for a moment.
    @Override
    public void close() {
        if (mounted) {
            var unmount = List.of("umount", path.toString());
            Eventually.holds(
                    path + " is unmounted", PATIENCE, () -> Command.run(unmount).succeeded());
        }
    }
}
