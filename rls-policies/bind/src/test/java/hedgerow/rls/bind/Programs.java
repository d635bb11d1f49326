package hedgerow.rls.bind;

import hedgerow.sql.PgBouncer;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/// Programs that a machine may lack. Tests that need them are skipped with a message.
final class Programs {

    private Programs() {}

    static Path pgBouncer() {
        var program = PgBouncer.program();
        if (program.isEmpty()) {
            System.err.println("SKIPPED: no PgBouncer on this machine; install Debian's package pgbouncer");
        }
        Assumptions.assumeTrue(program.isPresent(), "PgBouncer is not installed");
        return program.orElseThrow();
    }
}
