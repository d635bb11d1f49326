package hedgerow.server.cli;

import hedgerow.server.Work;
import hedgerow.server.http.Log;
import hedgerow.server.settings.Configuration;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The command `hedgerow work`: does the work that is due in a migrated database, until SIGTERM.
@Command(
        name = "work",
        description = "Do what is due in a migrated database, tenant by tenant, as hedgerow_worker, until SIGTERM. Logs"
                + " JSON to standard error.",
        sortOptions = false,
        customSynopsis = "hedgerow work [--config=<file>] [<setting>...]",
        modelTransformer = SettingOptions.All.class,
        footerHeading = "%nTakes the settings of `hedgerow serve`, from the same file.%n%nExamples:%n",
        footer = {
            "  hedgerow work --database 'postgresql://hedgerow_worker@db.example/shop?sslmode=verify-full'",
            "  HEDGEROW_WORKER_DATABASE_PASSWORD_FILE=/run/secrets/worker hedgerow work --config /etc/hedgerow.yaml"
        })
public final class WorkCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Option(
            names = "--config",
            paramLabel = "<file>",
            defaultValue = "${env:HEDGEROW_CONFIG}",
            description = "Settings, as YAML. Default: HEDGEROW_CONFIG.")
    private Path config;

    @Override
    public Integer call() throws InterruptedException {
        var configuration =
                Configuration.of(SettingOptions.given(command, Set.of()), System.getenv(), Optional.ofNullable(config));
        return ServeCommand.run("work", configuration, settings -> {
            var work = Work.start(settings);
            Log.write(Level.INFO, "working", Map.of("host", settings.http().host(), "port", work.port()));
            return work;
        });
    }
}
