package hedgerow.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// The processor time that processes have used, as Linux counts it, in hundredths of a second.
final class Cpu {

    private static final int TICKS_PER_SECOND = 100;

    // Fields of /proc/<pid>/stat, counted after the program's name, which may contain blanks.
    private static final int UTIME = 11;
    private static final int STIME = 12;
    private static final int CUTIME = 13;
    private static final int CSTIME = 14;

    private Cpu() {}

    /// The processor time of a process and all its descendants, including those that have ended.
    static Duration ofTree(long process) {
        var handle = ProcessHandle.of(process).orElseThrow();
        var ticks = Stream.concat(Stream.of(handle), handle.descendants())
                .mapToLong(one -> ticks(one.pid(), UTIME, STIME, CUTIME, CSTIME))
                .sum();
        return duration(ticks);
    }

    /// The processor time of the programs that this one has started and that have ended.
    static Duration ofEnded() {
        return duration(ticks(ProcessHandle.current().pid(), CUTIME, CSTIME));
    }

    private static long ticks(long process, int... fields) {
        try {
            var stat = Files.readString(Path.of("/proc", Long.toString(process), "stat"));
            var values = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            var sum = 0L;
            for (var field : fields) {
                sum += Long.parseLong(values[field]);
            }
            return sum;
        } catch (NoSuchFileException e) {
            return 0; // it has ended meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Duration duration(long ticks) {
        return Duration.ofMillis(ticks * 1_000 / TICKS_PER_SECOND);
    }
}
