package hedgerow.sql;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A program that ran to its end.
///
/// @param output standard output and standard error together
record Command(int status, String output) {

    /// Runs `command` with a clean environment, so that no `PG*` or locale variable of the caller changes
    /// its behaviour.
    ///
    /// @throws UncheckedIOException if the program cannot be started
    static Command run(List<String> command) {
        var builder = new ProcessBuilder(command).directory(new File("/")).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG") || name.startsWith("LC_"));
        builder.environment().put("LC_ALL", "C");
        try {
            var process = builder.start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Command(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command.getFirst(), e);
        }
    }

    boolean succeeded() {
        return status == 0;
    }
}
