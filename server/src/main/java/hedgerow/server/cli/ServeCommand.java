package hedgerow.server.cli;

import hedgerow.server.Inspection;
import hedgerow.server.Service;
import hedgerow.server.ServiceSettings;
import hedgerow.server.http.Log;
import hedgerow.server.settings.Configuration;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The command `hedgerow serve`: the HTTP API of an existing database, until SIGTERM.
@Command(
        name = "serve",
        description = "Serve the HTTP API of a migrated database, until SIGTERM. Logs JSON to standard error.",
        sortOptions = false,
        customSynopsis = "hedgerow serve [--check | --dump-config] [--config=<file>] [<setting>...]",
        modelTransformer = SettingOptions.All.class,
        footerHeading =
                "%nEach setting may also be a variable (HEDGEROW_POOL_SIZE) or a key of the file (pool-size), or name"
                    + " a file%nthat holds it (--bind-key-file, HEDGEROW_BIND_KEY_FILE, bind-key-file); secrets are"
                    + " not taken on the command%nline. A flag comes before the environment, and that before the file."
                    + "%n%nExamples:%n",
        footer = {
            "  hedgerow serve --database 'postgresql://hedgerow_app@db.example/shop?sslmode=verify-full'",
            "  hedgerow serve --config /etc/hedgerow.yaml --check",
            "  HEDGEROW_DATABASE_PASSWORD_FILE=/run/secrets/password hedgerow serve --config /etc/hedgerow.yaml"
        })
public final class ServeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @ArgGroup
    private Instead instead = new Instead();

    /// The actions that replace serving.
    private static final class Instead {
        @Option(names = "--check", description = "Check the settings and the database, print what was found, and end.")
        private boolean check;

        @Option(
                names = "--dump-config",
                description = "Print every setting, its value and where that comes from, as YAML; secrets are masked.")
        private boolean dump;
    }

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
        if (instead.check) {
            return check(configuration);
        } else if (instead.dump) {
            return dump(configuration);
        }
        return run("serve", configuration, settings -> {
            var service = Service.start(settings);
            Log.write(Level.INFO, "serving", Map.of("host", settings.http().host(), "port", service.port()));
            return service;
        });
    }

    // --- serving -------------------------------------------------------------------------------------------------

    /// Runs until SIGTERM. Everything that it reports, including a refusal, is a line of the log.
    static int run(String name, Configuration configuration, Function<ServiceSettings, AutoCloseable> starter)
            throws InterruptedException {
        var serving = new AtomicBoolean();
        try (var running = new Running()) {
            running.start(() -> () -> lastWord(serving.get())); // started first, and therefore stopped last
            var settings = ServiceSettings.of(configuration);
            running.start(() -> starter.apply(settings));
            serving.set(true);
            running.awaitEnd();
            return 0;
        } catch (Configuration.Invalid e) {
            refuse(
                    "settings-wrong",
                    "the settings are wrong",
                    e.problems(),
                    "`hedgerow %s --help` lists them".formatted(name));
            return ExitStatus.REFUSED.code();
        } catch (DatabaseProblem e) {
            refuse(
                    e.code().slug(),
                    e.getMessage(),
                    e.detail().lines().map(String::strip).toList(),
                    e.hint());
            return status(e);
        } catch (Running.Stopped e) {
            return 0;
        } catch (RuntimeException | Error e) {
            Log.failure("internal error in hedgerow %s; report it, with this line".formatted(name), e);
            return ExitStatus.INTERNAL.code();
        }
    }

    private static void lastWord(boolean served) {
        if (served) {
            Log.write(Level.INFO, "stopped", Map.of());
        }
    }

    private static void refuse(String code, String reason, List<String> details, String hint) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("code", code);
        fields.put("reason", reason);
        fields.put("details", details);
        fields.put("hint", hint);
        Log.write(Level.ERROR, "refused to start", fields);
    }

    private static int status(DatabaseProblem problem) {
        return problem.code() == Code.DATABASE_UNREACHABLE ? ExitStatus.UNREACHABLE.code() : ExitStatus.FOUND.code();
    }

    // --- looking -------------------------------------------------------------------------------------------------

    private int check(Configuration configuration) {
        var out = command.commandLine().getOut();
        try {
            var settings = ServiceSettings.of(configuration);
            out.println("settings        valid");
            out.println(Inspection.of(settings));
            out.println("Fit to serve.");
            return 0;
        } catch (Configuration.Invalid e) {
            out.println("settings        " + e.getMessage());
            return ExitStatus.REFUSED.code();
        } catch (DatabaseProblem e) {
            out.println(e);
            return status(e);
        } finally {
            out.flush();
        }
    }

    private int dump(Configuration configuration) {
        var out = command.commandLine().getOut();
        try {
            out.println(configuration.dump(ServiceSettings.class));
            return 0;
        } catch (Configuration.Invalid e) {
            command.commandLine().getErr().println("error: " + e.getMessage());
            return ExitStatus.REFUSED.code();
        } finally {
            out.flush();
        }
    }
}
