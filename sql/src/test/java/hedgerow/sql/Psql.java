package hedgerow.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/// `sql/install.sql` as a DBA runs it.
final class Psql {

    private Psql() {}

    /// @throws org.opentest4j.TestAbortedException if there is no psql
    static void install(DatabaseUrl admin, Mode mode) {
        var answer = install(admin, mode.toString());
        assertThat(answer.succeeded()).as(answer.output()).isTrue();
    }

    static Command install(DatabaseUrl admin, String mode) {
        skipUnlessInstalled();
        var script = Path.of("install.sql").toAbsolutePath().toString();
        return Command.run(List.of("psql", "-X", "-v", "mode=" + mode, "-f", script, admin.libpq()));
    }

    private static void skipUnlessInstalled() {
        try {
            Command.run(List.of("psql", "--version"));
        } catch (UncheckedIOException e) {
            System.err.println("SKIPPED: no psql on the PATH, so sql/install.sql was not tried");
            Assumptions.abort("no psql on the PATH");
        }
    }
}
