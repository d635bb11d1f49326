package hedgerow.server.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// Closes a connection that has not sent the request line and all headers in time, counted from when it was
/// opened or last answered. The server's idle timeout alone would accept a byte now and then.
final class HeadTimeout extends Handler.Wrapper implements Connection.Listener {

    private final Duration limit;
    private final Map<Connection, Head> heads = new ConcurrentHashMap<>();

    HeadTimeout(Duration limit, Handler next) {
        super(next);
        this.limit = limit;
    }

    @Override
    protected void doStart() throws Exception {
        for (var connector : getServer().getConnectors()) {
            connector.addEventListener(this);
        }
        super.doStart();
    }

    @Override
    public void onOpened(Connection connection) {
        var head = new Head(connection);
        heads.put(connection, head);
        head.lookAfter(limit.toNanos());
    }

    @Override
    public void onClosed(Connection connection) {
        heads.remove(connection);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var head = heads.get(request.getConnectionMetaData().getConnection());
        if (head != null) {
            head.underWay.incrementAndGet();
            Request.addCompletionListener(request, _ -> head.answered());
        }
        return super.handle(request, response, callback);
    }

    /// The request head that is awaited on one connection; one timer serves all its requests.
    private final class Head implements Runnable {

        private final Connection connection;
        private volatile long since = System.nanoTime();
        private final AtomicInteger underWay = new AtomicInteger();

        Head(Connection connection) {
            this.connection = connection;
        }

        void answered() {
            since = System.nanoTime();
            underWay.decrementAndGet();
        }

        void lookAfter(long nanos) {
            getServer().getScheduler().schedule(this, nanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void run() {
            var left = underWay.get() > 0 ? limit.toNanos() : since + limit.toNanos() - System.nanoTime();
            if (left <= 0) {
                connection.getEndPoint().close();
            } else if (heads.containsKey(connection)) {
                lookAfter(left);
            }
        }
    }
}
