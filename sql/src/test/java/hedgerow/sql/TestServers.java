package hedgerow.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.extension.ExtensionContext;

/// The servers of a test run: as many as there are concurrent classes, each lent to one class at a time.
final class TestServers implements AutoCloseable {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(TestServers.class);

    private final Deque<TestServer> idle = new ArrayDeque<>();
    private int started;

    /// Lends a server to this test class, however many databases it has; it is given back after the class.
    static TestServer lease(ExtensionContext context) {
        var servers = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(TestServers.class, key -> new TestServers(), TestServers.class);
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(Lease.class, key -> servers.new Lease(), Lease.class)
                .server;
    }

    /// Takes an idle server. There is only one foreign server.
    private synchronized TestServer take() {
        while (idle.isEmpty() && started > 0 && TestServer.isForeign()) {
            await();
        }
        if (!idle.isEmpty()) {
            return idle.pop();
        }
        started++;
        return TestServer.start();
    }

    private synchronized void giveBack(TestServer server) {
        idle.push(server);
        notifyAll();
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while another class uses the server", e);
        }
    }

    /// Stops the idle servers: after the last class, that is all of them.
    @Override
    public synchronized void close() {
        idle.forEach(TestServer::close);
    }

    private final class Lease implements AutoCloseable {

        private final TestServer server = take();

        @Override
        public void close() {
            giveBack(server);
        }
    }
}
