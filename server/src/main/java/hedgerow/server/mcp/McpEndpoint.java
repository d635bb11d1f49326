package hedgerow.server.mcp;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.net.URI;
import java.util.Optional;

/// The Streamable HTTP transport, on this machine alone: `POST /mcp`.
///
/// A request carries the key of its agent as a bearer token; the server's own key, if it has one, is for requests
/// without. A web page that a browser has open must not get at it: neither another `Origin` nor another
/// `Host` than this machine is answered.
public final class McpEndpoint implements AutoCloseable {

    private static final String HERE = "(localhost|127[.]0[.]0[.]1|\\[::1])(:[0-9]{1,5})?";
    private static final int LARGEST_MESSAGE = 256 * 1024;

    private final McpProtocol protocol;
    private final URI server;
    private final Optional<String> key;
    private final Javalin app;

    private McpEndpoint(McpProtocol protocol, URI server, Optional<String> key, int port) {
        this.protocol = protocol;
        this.server = server;
        this.key = key;
        this.app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.concurrency.useVirtualThreads = true;
                    config.http.maxRequestSize = LARGEST_MESSAGE;
                    config.http.prefer405over404 = true;
                    config.routes.post("/mcp", this::answer);
                })
                .start("127.0.0.1", port);
    }

    /// Starts to listen on this machine.
    ///
    /// @param server the API
    /// @param key for requests that bring none
    /// @param port 0 for any that is free
    public static McpEndpoint start(McpProtocol protocol, URI server, Optional<String> key, int port) {
        return new McpEndpoint(protocol, server, key, port);
    }

    public int port() {
        return app.port();
    }

    private void answer(Context ctx) {
        var origin = Optional.ofNullable(ctx.header("Origin"));
        if (origin.map(one -> !one.matches("https?://" + HERE)).orElse(false)
                || !Optional.ofNullable(ctx.host()).orElse("").matches(HERE)) {
            ctx.status(403);
            return;
        }
        var bearer = Optional.ofNullable(ctx.header("Authorization"))
                .filter(header -> header.matches("Bearer [!-~]{1,500}"))
                .map(header -> header.substring("Bearer ".length()))
                .or(() -> key);
        if (bearer.isEmpty()) {
            ctx.status(401).header("WWW-Authenticate", "Bearer");
            return;
        }
        var headers = new McpProtocol.Headers(
                Optional.ofNullable(ctx.header("MCP-Protocol-Version")),
                Optional.ofNullable(ctx.header("Mcp-Method")),
                Optional.ofNullable(ctx.header("Mcp-Name")));
        var reply = protocol.answer(ctx.body(), Optional.of(headers), new AgentApi(server, bearer.get()));
        ctx.status(reply.status());
        reply.body().ifPresent(body -> ctx.contentType("application/json").result(body));
    }

    @Override
    public void close() {
        app.stop();
    }
}
