package hedgerow.server.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/// Components that run until Ctrl-C or SIGTERM, and stop in reverse order, once.
///
/// The signal may come while a component is still starting: [#close()] then waits for it, so that nothing
/// is left behind.
final class Running implements AutoCloseable {

    /// Signals that [#start] was called after the signal.
    static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile boolean stopping;

    Running() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop"));
    }

    synchronized <T extends AutoCloseable> T start(Supplier<T> starter) {
        if (stopping) {
            throw new Stopped();
        }
        var it = starter.get();
        started.push(it);
        return it;
    }

    boolean isStopping() {
        return stopping;
    }

    void awaitEnd() throws InterruptedException {
        end.await();
    }

    @Override
    public void close() {
        stopping = true;
        closeAll();
        end.countDown();
    }

    private synchronized void closeAll() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                System.err.println("while stopping: " + e);
            }
        }
    }
}
