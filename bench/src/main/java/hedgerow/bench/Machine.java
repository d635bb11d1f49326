package hedgerow.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the figures were measured on, and with.
final class Machine {

    private Machine() {}

    /// @param load of the machine before it all began
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
                                said("pgbench", "--version"),
                                Runtime.version(),
                                said("node", "--version"),
                                said("wrk", "--version").replaceAll(" \\[.*", "")));
    }

    /// How many processes wanted a processor in the last minute.
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

    private static String said(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text.lines().findFirst().orElse("");
    }
}
