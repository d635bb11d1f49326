package hedgerow.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The machine and the programs of the measurements.
final class Machine {

    private Machine() {}

    /// Describes them.
    ///
    /// @param load of the machine before the start
    static List<String> describe(String postgres, double load) throws IOException, InterruptedException {
        return List.of(
                "%d processors (%s), %d GiB of memory, Linux %s; load average %.1f before the run"
                        .formatted(
                                Runtime.getRuntime().availableProcessors(),
                                field("/proc/cpuinfo", "model name"),
                                Math.round(Long.parseLong(field("/proc/meminfo", "MemTotal")
                                                .replaceAll("\\D", ""))
                                        / (double) (1 << 20)),
                                System.getProperty("os.version"),
                                load),
                "PostgreSQL %s, %s, Java %s, Node %s, %s"
                        .formatted(
                                postgres,
                                output("pgbench", "--version"),
                                Runtime.version(),
                                output("node", "--version"),
                                output("wrk", "--version").replaceAll(" \\[.*", "")));
    }

    /// The number of processes that wanted a processor in the last minute.
    static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    private static String field(String file, String name) throws IOException {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        }
    }

    private static String output(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.lines().findFirst().orElse("");
    }
}
