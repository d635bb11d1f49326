package hedgerow.rls.load;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/// Ends the loader's session when its time is over or it fills the disk. No script can prevent that.
final class Watch implements AutoCloseable {

    private static final int PERIOD_MILLIS = 250;

    private final Sandbox sandbox;
    private final LoadLimits limits;
    private final Instant deadline;
    private final Thread thread;
    private volatile String verdict;
    private volatile boolean closed;

    Watch(Sandbox sandbox, LoadLimits limits) {
        this.sandbox = sandbox;
        this.limits = limits;
        this.deadline = Instant.now().plus(limits.total());
        this.thread = Thread.ofVirtual().name("watch").start(this::run);
    }

    /// The reason why the session was ended.
    Optional<String> verdict() {
        return Optional.ofNullable(verdict);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (var connection = sandbox.watcher()) {
            while (!closed && verdict == null) {
                check(connection);
                Thread.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SQLException e) {
            verdict = "the server of the files failed: " + e.getMessage();
        }
    }

    private void check(Connection connection) throws SQLException {
        var reason = Instant.now().isAfter(deadline)
                ? "the files ran for %d s".formatted(limits.total().toSeconds())
                : size(connection) > limits.databaseBytes()
                        ? "the files took more than %d MB".formatted(limits.databaseBytes() >> 20)
                        : null;
        if (reason != null) {
            verdict = reason;
            Sandbox.expel(connection);
        }
    }

    private static long size(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select pg_database_size(current_database())")) {
            row.next();
            return row.getLong(1);
        }
    }
}
