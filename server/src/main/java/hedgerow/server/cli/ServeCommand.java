package hedgerow.server.cli;

import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.http.Configuration;
import hedgerow.server.http.Log;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `hedgerow serve`: the HTTP API of an existing database, until SIGTERM.
@Command(
        name = "serve",
        description = "Serve the HTTP API of a migrated database, until SIGTERM. Logs JSON to standard error.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow serve --database postgresql://hedgerow_app@db.example/shop?sslmode=verify-full",
            "  hedgerow serve --config /etc/hedgerow.yaml",
            "  HEDGEROW_DATABASE_PASSWORD_FILE=/run/secrets/password hedgerow serve ...",
            "%nEvery setting may also be a variable (HEDGEROW_POOL_SIZE) or a key of the file (pool-size), or name",
            "a file that holds it (HEDGEROW_BIND_KEY_FILE); docs/api.md lists them all.",
            "%nExit status: 0 stopped, 1 failed, 2 bad usage, 3 database unreachable."
        })
public final class ServeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Option(names = "--config", paramLabel = "<file>", description = "Settings, as YAML.")
    private Path config;

    @Option(names = "--database", paramLabel = "<url>", description = "The database, as hedgerow_app.")
    private String database;

    @Option(names = "--host", paramLabel = "<address>", description = "Where to listen (default: 127.0.0.1).")
    private String host;

    @Option(names = "--port", paramLabel = "<n>", description = "Port; 0 takes a free one (default: 8080).")
    private String port;

    @Override
    public Integer call() throws InterruptedException {
        var settings = settings();
        try (var running = new Running()) {
            running.start(ServeCommand::lastWord);
            var service = running.start(() -> Service.start(settings));
            Log.write(Level.INFO, "serving", Map.of("host", settings.http().host(), "port", service.port()));
            running.awaitEnd();
        }
        return 0;
    }

    /// Begun first, and so ended last.
    private static AutoCloseable lastWord() {
        return () -> Log.write(Level.INFO, "stopped", Map.of());
    }

    private ServiceSettings settings() {
        var flags = new HashMap<String, String>();
        Map.of(
                        "database",
                        Optional.ofNullable(database),
                        "host",
                        Optional.ofNullable(host),
                        "port",
                        Optional.ofNullable(port))
                .forEach((name, value) -> value.ifPresent(text -> flags.put(name, text)));
        try {
            return ServiceSettings.of(Configuration.of(flags, System.getenv(), Optional.ofNullable(config)));
        } catch (Configuration.Invalid e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }
}
