package hedgerow.server.cli;

import hedgerow.server.sandbox.Sandbox;
import hedgerow.server.sandbox.Trouble;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
            description = "Keep the log of charges in this file, and go on from it. Default: nothing is kept.")
    private Path log;

    @Option(
            names = "--hold",
            paramLabel = "<seconds>",
            defaultValue = "30",
            description = "How long a caller waits in vain who asked for a timeout (default: ${DEFAULT-VALUE}).")
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
        try (var running = new Running()) {
            var target = Optional.ofNullable(webhook).map(to -> new Sandbox.Target(to.url, to.secret));
            var sandbox = running.start(
                    () -> Sandbox.start(port, Optional.ofNullable(log), Duration.ofSeconds(hold), target));
            var out = command.commandLine().getOut();
            var troubles = Arrays.stream(Trouble.values())
                    .map(trouble -> "pm_" + trouble.code())
                    .collect(Collectors.joining(", "));
            out.printf("""
                A sandbox on %1$s. It moves no money.
                  its log       curl -H 'Authorization: Bearer sk_sandbox_any' %1$s/v1/log
                  misbehaves    when a payment method is called %2$s, or several of them, as pm_slow+pending

                Ctrl-C stops it.
                """, sandbox.address(), troubles);
            out.flush();
            running.awaitEnd();
        }
        return 0;
    }
}
