package hedgerow.server.cli;

import hedgerow.server.work.WebhookMessage;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/// The command `hedgerow listen`: forwards the events of an API key to a URL, for developers of webhook
/// receivers.
@Command(
        name = "listen",
        description = "Forward new events of an API key to a URL on this machine, signed as webhooks are, until Ctrl-C."
                + " For the development of a receiver: nothing is sent twice, and no endpoint is needed.",
        sortOptions = false,
        footerHeading = "%nThe API key comes from HEDGEROW_API_KEY or from the file, and is not printed. It needs the"
                + " scope events:read%nand those of what the events are about. The signing secret follows from the key"
                + " and stays the same.%nEvents are published by the worker: without one, none arrives."
                + "%n%nExamples:%n",
        footer = {
            "  hedgerow listen --forward-to http://localhost:3000/hook",
            "  hedgerow listen --server https://api.shop.example --api-key-file key.txt --forward-to"
                    + " http://localhost:3000/hook"
        })
public final class ListenCommand implements Callable<Integer> {

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec
    private CommandSpec command;

    @Option(
            names = "--server",
            paramLabel = "<url>",
            defaultValue = "http://127.0.0.1:8080",
            description = "The API. Default: ${DEFAULT-VALUE}.")
    private URI server;

    @Option(
            names = "--forward-to",
            paramLabel = "<url>",
            required = true,
            description = "Where the events go: a POST for each, one after the other.")
    private URI target;

    @Option(
            names = "--api-key-file",
            paramLabel = "<file>",
            description = "The file that holds the API key. Default: the variable HEDGEROW_API_KEY.")
    private Path keyFile;

    private final HttpClient receiver = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
    private Duration pause = POLL;

    @Override
    public Integer call() throws InterruptedException {
        var keys = new ApiKeyOption(command, keyFile);
        keys.requireWeb("--server", server);
        keys.requireWeb("--forward-to", target);
        keys.requireSafe("--server", server);
        var key = keys.get();
        return listen(new EventFeed(server, key), secret(key));
    }

    /// Derives the secret from the key, so that it is the same at each start. The key cannot be derived from it.
    private static byte[] secret(String key) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal("hedgerow listen".getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    // --- listening -----------------------------------------------------------------------------------------------

    private int listen(EventFeed feed, byte[] secret) throws InterruptedException {
        var out = command.commandLine().getOut();
        try {
            feed.skip();
            out.printf("Forwarding new events to %s%n", target);
            out.printf("Signing secret: whsec_%s%n", Base64.getEncoder().encodeToString(secret));
            out.flush();
            while (true) { // until a signal ends the process, which leaves nothing behind
                forward(feed, secret, out);
            }
        } catch (EventFeed.Refused e) {
            command.commandLine().getErr().println("error: " + printable(e.getMessage()));
            return ExitStatus.FOUND.code();
        } catch (IOException e) {
            command.commandLine().getErr().printf("error: cannot reach %s: %s%n", server, reason(e));
            return ExitStatus.UNREACHABLE.code();
        }
    }

    /// Forwards new events, or waits: briefly if there are none, with growing pauses while there is no
    /// connection.
    private void forward(EventFeed feed, byte[] secret, PrintWriter out)
            throws InterruptedException, EventFeed.Refused {
        try {
            var events = feed.next();
            if (!pause.equals(POLL)) {
                out.println("connected again");
                pause = POLL;
            }
            for (var event : events) {
                out.println(line(event, outcome(event, secret)));
                out.flush();
            }
            if (events.isEmpty()) {
                Thread.sleep(POLL);
            }
        } catch (IOException e) {
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
            out.printf("connection lost (%s); trying again in %d s%n", reason(e), pause.toSeconds());
            out.flush();
            Thread.sleep(pause);
        }
    }

    private static String line(JsonNode event, String outcome) {
        return printable("%s  %s  %s  %s"
                .formatted(
                        event.path("created_at").asString(),
                        event.path("id").asString(),
                        event.path("type").asString(),
                        outcome));
    }

    /// The outcome of one event.
    private String outcome(JsonNode event, byte[] secret) throws InterruptedException {
        if (!event.has("payload")) {
            return "not forwarded: the key may not read what the event is about";
        }
        var message = WebhookMessage.of(
                new WebhookMessage.Event(
                        event.path("id").asString(),
                        event.path("type").asString(),
                        event.path("created_at").asString(),
                        EventFeed.sequence(event),
                        event.path("livemode").asBoolean(),
                        event.path("payload").toString()),
                List.of(secret));
        var request = HttpRequest.newBuilder(target)
                .timeout(PATIENCE)
                .header("content-type", "application/json; charset=utf-8")
                .POST(BodyPublishers.ofString(message.body()));
        message.headers().forEach(request::header);
        try {
            var answer = receiver.send(request.build(), BodyHandlers.ofInputStream());
            answer.body().close(); // the body is not read
            return Integer.toString(answer.statusCode());
        } catch (IOException e) {
            return "failed: " + reason(e);
        }
    }

    private static String reason(IOException e) {
        return switch (e) {
            case HttpTimeoutException _ -> "no answer within %d s".formatted(PATIENCE.toSeconds());
            case java.net.ConnectException _ -> "nobody listens there, or the name is unknown";
            default -> Optional.ofNullable(e.getMessage()).orElse("the connection broke");
        };
    }

    /// The text without control characters, so that a server's text cannot move the cursor of a terminal.
    private static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
