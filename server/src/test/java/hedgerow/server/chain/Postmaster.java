package hedgerow.server.chain;

import hedgerow.sql.HedgerowDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/// The server of a test's database, to be killed as the kernel kills it when memory runs out, and started again.
public final class Postmaster {

    private static final int TRIES = 100;
    private static final int PAUSE = 100;

    private final Consumer<String> restart;
    private final Path pidFile;

    /// Has the database keep what it acknowledged, which test servers otherwise do not.
    public Postmaster(HedgerowDatabase database) throws SQLException {
        Assumptions.assumeTrue(database.restart().isPresent(), "NOT OUR SERVER: it is not killed");
        var superuser = new Superuser(database);
        superuser.run("alter database \"%s\" set synchronous_commit = on"
                .formatted(database.adminUrl().database()));
        this.restart = database.restart().get();
        this.pidFile = Path.of(superuser.one("show data_directory"), "postmaster.pid");
    }

    /// Kills the server, whatever its sessions do at present.
    public void kill() {
        try {
            var pid = Long.parseLong(Files.readAllLines(pidFile).getFirst().strip());
            ProcessHandle.of(pid).ifPresent(server -> {
                server.destroyForcibly();
                server.onExit().join();
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Starts the server again, once the orphaned sessions have noticed that it died.
    public void start() throws InterruptedException {
        for (var i = 1; ; i++) {
            try {
                restart.accept("immediate");
                return;
            } catch (IllegalStateException e) {
                if (i == TRIES) {
                    throw e;
                }
                Thread.sleep(PAUSE);
            }
        }
    }
}
