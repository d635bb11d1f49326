package hedgerow.server.cli;

import hedgerow.sql.Binding;
import hedgerow.sql.BuiltinRunner;
import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.NamedTenant;
import hedgerow.sql.PsqlRunner;
import hedgerow.sql.ScriptFailure;
import hedgerow.sql.ScriptProblem;
import hedgerow.sql.ScriptRunner;
import hedgerow.sql.ScriptRunner.Options;
import hedgerow.sql.SqlScript;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `hedgerow sql`: a script, bound to one tenant, or to each in turn.
@Command(
        name = "sql",
        description = {
            "Run SQL as one tenant, in one transaction, inside row security.",
            "A script that would end its transaction or change its tenant is refused before anything runs."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow sql --tenant acme -c 'select count(*) from app.payment_order'",
            "  hedgerow sql --tenant acme --live --dry-run -f repair.sql",
            "  hedgerow sql --tenant acme --as user:0199b2c4-0000-7000-8000-000000000001 < report.sql",
            "  hedgerow sql --every-tenant --on-error continue -f backfill.sql"
        })
public final class SqlCommand implements Callable<Integer> {

    private static final int SLUGS_SHOWN = 20;

    @Spec
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @ArgGroup(multiplicity = "1")
    private Whom whom;

    @ArgGroup
    private Source source = new Source();

    @Option(
            names = "--as",
            paramLabel = "<actor>",
            defaultValue = Binding.SYSTEM,
            description = {
                "The actor: user:<uuid>, agent:<uuid> or key:<uuid>, as hedgerow_app, with that actor's rights.",
                "Default: ${DEFAULT-VALUE}, as hedgerow_worker."
            })
    private String actor;

    @Option(names = "--live", description = "Live data (default: test data).")
    private boolean live;

    @Option(names = "--dry-run", description = "Roll back at the end.")
    private boolean dryRun;

    @Option(names = "--csv", description = "Print results as CSV, and nothing else on standard output.")
    private boolean csv;

    @Option(
            names = "--on-error",
            paramLabel = "stop|continue",
            defaultValue = "stop",
            description = "With --every-tenant: what to do after a tenant that failed (default: ${DEFAULT-VALUE}).")
    private OnError onError;

    @Option(
            names = "--runner",
            paramLabel = "auto|psql|builtin",
            defaultValue = "auto",
            description = {
                "The program that runs the script: psql, whose commands then work, or the built-in one, for plain SQL.",
                "Default: ${DEFAULT-VALUE}, psql if it is on the PATH."
            })
    private Runner runner;

    /// The tenants to run for, exactly one of both.
    private static final class Whom {
        @Option(names = "--tenant", paramLabel = "<slug|uuid>", required = true, description = "The tenant.")
        private String tenant;

        @Option(
                names = "--every-tenant",
                required = true,
                description = "Every tenant, one after the other, each in a transaction of its own.")
        private boolean every;
    }

    /// The source of the script, at most one of both; otherwise standard input.
    private static final class Source {
        @Option(
                names = {"-f", "--file"},
                paramLabel = "<path>",
                description = "The script (default: standard input).")
        private Path file;

        @Option(
                names = {"-c", "--command"},
                paramLabel = "<sql>",
                description = "The script itself.")
        private String text;
    }

    private enum OnError {
        STOP,
        CONTINUE
    }

    private enum Runner {
        AUTO,
        PSQL,
        BUILTIN
    }

    @Override
    public Integer call() throws SQLException {
        if (!Binding.isActor(actor)) {
            throw usage("--as takes user:<uuid>, agent:<uuid> or key:<uuid> (small letters), not " + actor);
        }
        try {
            var script = script();
            var chosen = runner();
            chosen.check(script);
            var url = database.admin();
            var tenants = tenants(url);
            return whom.every
                    ? forEvery(tenants, chosen, script, url)
                    : forOne(tenants.getFirst(), chosen, script, url);
        } catch (ScriptProblem problem) {
            err().println(problem);
            return ExitStatus.REFUSED.code();
        }
    }

    private SqlScript script() {
        try {
            if (source.file != null && !source.file.toString().equals("-")) {
                return SqlScript.read(source.file);
            }
            return source.text == null
                    ? SqlScript.read("<stdin>", System.in)
                    : SqlScript.read(
                            "<command>", new ByteArrayInputStream(source.text.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read standard input", e);
        }
    }

    private ScriptRunner runner() {
        return switch (runner) {
            case AUTO -> ScriptRunner.available();
            case BUILTIN -> new BuiltinRunner();
            case PSQL -> {
                if (!PsqlRunner.isInstalled()) {
                    throw usage("there is no psql on the PATH: install it, or use --runner builtin");
                }
                yield new PsqlRunner();
            }
        };
    }

    // --- tenants -------------------------------------------------------------------------------------------------

    private List<NamedTenant> tenants(DatabaseUrl url) throws SQLException {
        try (var connection = DatabaseOptions.connect(url, err()::println)) {
            var all = NamedTenant.all(connection);
            if (all.isEmpty()) {
                throw usage("%s shows no tenant: connect as an administrator, who sees them, or create one first"
                        .formatted(url));
            }
            return whom.every ? all : List.of(find(all));
        } catch (SQLException e) {
            throw new DatabaseProblem(
                    Code.SERVER_FAILED,
                    "cannot list the tenants of " + url,
                    "SQLSTATE %s: %s".formatted(e.getSQLState(), e.getMessage()),
                    "run `hedgerow migrate` first, and connect as an administrator",
                    e);
        }
    }

    private NamedTenant find(List<NamedTenant> all) {
        return all.stream()
                .filter(tenant -> tenant.isCalled(whom.tenant))
                .findFirst()
                .orElseThrow(() -> {
                    var slugs = all.stream()
                            .limit(SLUGS_SHOWN)
                            .map(NamedTenant::slug)
                            .collect(Collectors.joining(", "));
                    var more = all.size() > SLUGS_SHOWN ? ", ... (%d in all)".formatted(all.size()) : "";
                    return usage("there is no tenant %s; there is %s%s".formatted(whom.tenant, slugs, more));
                });
    }

    private int forOne(NamedTenant tenant, ScriptRunner chosen, SqlScript script, DatabaseUrl url) {
        var begun = Instant.now();
        try {
            run(tenant, chosen, script, url);
            err().printf(
                            "%s in %d ms%n",
                            outcome(), Duration.between(begun, Instant.now()).toMillis());
            return 0;
        } catch (ScriptFailure failure) {
            err().println(failure);
            return ExitStatus.FOUND.code();
        } finally {
            err().flush();
        }
    }

    private int forEvery(List<NamedTenant> tenants, ScriptRunner chosen, SqlScript script, DatabaseUrl url) {
        var report = new TenantReport(tenants, outcome(), err());
        for (var tenant : tenants) {
            if (report.failures() > 0 && onError == OnError.STOP) {
                report.skip(tenant);
                continue;
            }
            report.begin(tenant);
            try {
                run(tenant, chosen, script, url);
                report.succeed();
            } catch (ScriptFailure failure) {
                report.fail(failure);
            }
        }
        report.print();
        return report.failures() > 0 ? ExitStatus.FOUND.code() : ExitStatus.CLEAN.code();
    }

    private void run(NamedTenant tenant, ScriptRunner chosen, SqlScript script, DatabaseUrl url) {
        var binding = new Binding(tenant, actor, live);
        err().println("-- " + binding);
        err().flush();
        chosen.run(script, url, binding, new Options(command.commandLine().getOut(), err(), csv, dryRun));
    }

    private String outcome() {
        return dryRun ? "dry run: rolled back" : "committed";
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private PrintWriter err() {
        return command.commandLine().getErr();
    }
}
