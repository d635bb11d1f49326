package hedgerow.server.cli;

import hedgerow.server.mcp.AgentApi;
import hedgerow.server.mcp.McpEndpoint;
import hedgerow.server.mcp.McpProtocol;
import io.javalin.util.JavalinBindException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `hedgerow mcp`: tools for a language model, over the HTTP API.
@Command(
        name = "mcp",
        description = "Give a language model tools to request payments, by the Model Context Protocol, with the API key"
                + " of an agent. On standard input and output; with --port over HTTP, on this machine alone.",
        sortOptions = false,
        footerHeading = "%nThe API key comes from HEDGEROW_API_KEY or from the file, and is not printed. With --port, a"
                + " request may bring another%nas its bearer token. Protocol versions: 2026-07-28, 2025-11-25,"
                + " 2025-06-18.%n%nExamples:%n",
        footer = {
            "  HEDGEROW_API_KEY=hk_test_... hedgerow mcp",
            "  hedgerow mcp --server https://api.shop.example --api-key-file agent.txt --port 8931"
        })
public final class McpCommand implements Callable<Integer> {

    private static final int LONGEST_LINE = 1024 * 1024;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--server",
            paramLabel = "<url>",
            defaultValue = "http://127.0.0.1:8080",
            description = "The API. Default: ${DEFAULT-VALUE}.")
    private URI server;

    @Option(
            names = "--api-key-file",
            paramLabel = "<file>",
            description = "The file that holds the API key. Default: the variable HEDGEROW_API_KEY.")
    private Path keyFile;

    @Option(
            names = "--port",
            paramLabel = "<port>",
            description = "Listen on http://127.0.0.1:<port>/mcp instead of standard input; 0: any that is free.")
    private Integer port;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var keys = new ApiKeyOption(command, keyFile);
        keys.requireSafe("--server", server);
        var protocol = new McpProtocol(command.root().version()[0].replace("hedgerow ", ""));
        if (port != null) {
            return listen(protocol, keys.find());
        }
        converse(protocol, new AgentApi(server, keys.get()));
        return ExitStatus.CLEAN.code();
    }

    private int listen(McpProtocol protocol, Optional<String> key) throws InterruptedException {
        if (port < 0 || port > 65535) {
            throw new ParameterException(command.commandLine(), "--port is not a port. Give a number from 0 to 65535.");
        }
        try (var endpoint = McpEndpoint.start(protocol, server, key, port)) {
            var out = command.commandLine().getOut();
            out.printf("MCP tools on http://127.0.0.1:%d/mcp%n", endpoint.port());
            out.flush();
            new CountDownLatch(1).await(); // until a signal ends the process
            return ExitStatus.CLEAN.code();
        } catch (JavalinBindException e) {
            command.commandLine().getErr().printf("error: port %d is in use. Choose another.%n", port);
            return ExitStatus.FOUND.code();
        }
    }

    /// A message per line, until the input ends. A call that waits for the API holds up no other.
    private static void converse(McpProtocol protocol, AgentApi api) throws IOException {
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        try (var calls = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                var message = line.substring(0, Math.min(line.length(), LONGEST_LINE));
                if (!message.isBlank()) {
                    calls.execute(() -> protocol.answer(message, api).body().ifPresent(answer -> {
                        synchronized (out) {
                            out.print(answer + "\n");
                            out.flush();
                        }
                    }));
                }
            }
        }
    }
}
