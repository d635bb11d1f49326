package hedgerow.server.cli;

import hedgerow.server.http.Log;
import hedgerow.server.sandbox.Sandbox;
import hedgerow.server.sandbox.Trouble;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.LogManager;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `hedgerow sandbox`: a provider that moves no money, until Ctrl-C.
@Command(
        name = "sandbox",
        description = "Start a provider that moves no money, until Ctrl-C. A worker charges test data by it with"
                + " `--provider-urls sandbox=<its address>`.",
        sortOptions = false,
        footerHeading =
                "%nIt misbehaves for payment methods whose `provider_token` names how, such as pm_error_after or"
                        + " pm_timeout_after+lost_lookup; docs/providers.md lists the names.%n%nExamples:%n",
        footer = {
            "  hedgerow sandbox",
            "  hedgerow sandbox --port 0 --log charges.jsonl",
            "  hedgerow sandbox --webhook-url http://127.0.0.1:8080/in/<token> --webhook-secret <secret>"
        })
public final class SandboxCommand implements Callable<Integer> {

    private static final int LAST_PORT = 65_535;
    private static final int LONGEST_HOLD = 3_600;

    @Spec
    private CommandSpec command;

    @Option(
            names = "--port",
            paramLabel = "<n>",
            defaultValue = "8082",
            description = "Port on 127.0.0.1; 0 takes a free one (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(
            names = "--log",
            paramLabel = "<file>",
            description = "Keep the log of charges in this file, and continue from it. Default: nothing is kept.")
    private Path log;

    @Option(
            names = "--hold",
            paramLabel = "<seconds>",
            defaultValue = "30",
            description = "How long a request goes unanswered if its payment method times out"
                    + " (default: ${DEFAULT-VALUE}).")
    private int hold;

    @ArgGroup(exclusive = false)
    private Webhook webhook;

    private static final class Webhook {
        @Option(
                names = "--webhook-url",
                paramLabel = "<url>",
                required = true,
                description = "Where webhooks go: the API's address with the `webhook_path` of the credential.")
        private URI url;

        @Option(
                names = "--webhook-secret",
                paramLabel = "<secret>",
                required = true,
                description = "Signs them: the secret that the API was given for the credential.")
        private String secret;
    }

    @Override
    public Integer call() throws InterruptedException {
        requireBetween("--port", port, 0, LAST_PORT);
        requireBetween("--hold", hold, 1, LONGEST_HOLD);
        var target = Optional.ofNullable(webhook).map(this::target);
        LogManager.getLogManager().reset(); // what libraries report while it starts is said better below
        try (var running = new Running()) {
            var sandbox = running.start(() -> sandbox(target));
            Log.adopt();
            announce(sandbox);
            running.awaitEnd();
        }
        return 0;
    }

    private void requireBetween(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw refused("%s is %d. Give a number from %d to %d.".formatted(option, value, least, most));
        }
    }

    private Sandbox.Target target(Webhook to) {
        new ApiKeyOption(command, null).requireWeb("--webhook-url", to.url);
        if (to.secret.isBlank()) {
            throw refused("--webhook-secret is empty. Give the secret that the API keeps for the credential.");
        }
        return new Sandbox.Target(to.url, to.secret);
    }

    private Sandbox sandbox(Optional<Sandbox.Target> target) {
        try {
            return Sandbox.start(port, Optional.ofNullable(log), Duration.ofSeconds(hold), target);
        } catch (IOException e) {
            throw refused("--log cannot be used: %s. Name another file.".formatted(e.getMessage()));
        } catch (JavalinBindException e) {
            throw new DatabaseProblem(
                    Code.PORT_BUSY,
                    "port %d on 127.0.0.1 is in use, or needs more rights".formatted(port),
                    "",
                    "stop the program that listens there, or choose another port with --port",
                    e);
        }
    }

    private ParameterException refused(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private void announce(Sandbox sandbox) {
        var out = command.commandLine().getOut();
        var troubles = Arrays.stream(Trouble.values()).map(Trouble::code).collect(Collectors.joining(", "));
        out.printf(
                """
                A sandbox on %1$s. It moves no money.

                  worker    hedgerow work --provider-urls sandbox=%1$s
                  log       curl -H 'Authorization: Bearer sk_sandbox_any' %1$s/v1/log
                  webhooks  %2$s

                A payment method misbehaves by its name, pm_ and one or more of these with + between:
                %3$s

                Ctrl-C stops it.
                """,
                sandbox.address(), webhook == null ? "none; --webhook-url sends them" : webhook.url, wrapped(troubles));
        out.flush();
    }

    private static String wrapped(String words) {
        return words.replaceAll("(.{1,90})(?: |$)", "  $1\n").stripTrailing();
    }
}
