package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/// The scripts of `sql`, run the way a DBA runs them.
final class Psql {

    private Psql() {}

    /// Installs the schema.
    ///
    /// @throws org.opentest4j.TestAbortedException if there is no psql
    static void install(DatabaseUrl admin, Mode mode, String... variables) {
        var all = Stream.concat(Stream.of("mode=" + mode), Stream.of(variables));
        var answer = run(admin, Path.of("install.sql"), all.toArray(String[]::new));
        assertThat(answer.succeeded()).as(answer.output()).isTrue();
    }

    /// Runs a script.
    ///
    /// @param variables each `name=value`
    /// @throws org.opentest4j.TestAbortedException if there is no psql
    static Command run(DatabaseUrl admin, Path script, String... variables) {
        skipUnlessInstalled();
        var command = new ArrayList<>(List.of("psql", "-X"));
        Stream.of(variables).forEach(variable -> command.addAll(List.of("-v", variable)));
        command.addAll(List.of("-f", script.toAbsolutePath().toString(), admin.libpq()));
        return Command.run(command);
    }

    private static void skipUnlessInstalled() {
        try {
            Command.run(List.of("psql", "--version"));
        } catch (UncheckedIOException e) {
            System.err.println("SKIPPED: no psql on the PATH, so the scripts of sql were not tried");
            Assumptions.abort("no psql on the PATH");
        }
    }
}
