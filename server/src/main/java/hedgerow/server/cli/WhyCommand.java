package hedgerow.server.cli;

import hedgerow.rls.report.WhyReport;
import hedgerow.rls.review.Config;
import hedgerow.rls.review.RuleCatalog;
import hedgerow.rls.why.Explanation;
import hedgerow.rls.why.Explanation.Verdict;
import hedgerow.rls.why.Inquiry;
import hedgerow.rls.why.WhyProblem;
import hedgerow.server.cli.InspectOptions.Source;
import hedgerow.sql.Binding;
import hedgerow.sql.NamedTenant;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `hedgerow why`: explains which privilege, policy and value admit or deny each command on one
/// row.
@Command(
        name = "why",
        description = "Explain which privilege, policy and value admits or denies SELECT, INSERT, UPDATE and DELETE"
                + " on one row, as a role with its settings. The server evaluates the policies, in a read-only"
                + " transaction, and then runs each statement in a transaction that is rolled back.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow why postgresql://me@localhost/shop --role app_user --set app.tenant=42 \\",
            "      --table app.invoice --where 'id = 7'",
            "  hedgerow why --file schema.sql --preset supabase --role authenticated \\",
            "      --set request.jwt.claims='{\"sub\": \"...\"}' --table public.note --where \"title = 'x'\"",
            "  hedgerow why --tenant acme --as user:0199b2c4-0000-7000-8000-000000000001 \\",
            "      --table app.customer --where \"name = 'Ada Lovelace'\""
        })
public final class WhyCommand implements Callable<Integer> {

    /// Settings that would undo the command's own.
    private static final Set<String> NOT_SET = Set.of(
            "role",
            "session_authorization",
            "statement_timeout",
            "lock_timeout",
            "transaction_read_only",
            "transaction_isolation");

    @Spec
    private CommandSpec command;

    @ArgGroup
    private Where where = new Where();

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private PostgresOption postgres;

    @Mixin
    private InspectOptions inspect;

    @Option(
            names = "--role",
            paramLabel = "<name>",
            description = "The role to explain, which the login may become (default: the login).")
    private String role;

    @Option(
            names = "--set",
            paramLabel = "<name>=<value>",
            description = "A setting of the session, such as the tenant's variable; repeatable.")
    private Map<String, String> settings = new LinkedHashMap<>();

    @Option(
            names = "--tenant",
            paramLabel = "<slug|uuid>",
            description = "For the payments database: bind this tenant, as `hedgerow sql` does, with --as and --live.")
    private String tenant;

    @Option(
            names = "--as",
            paramLabel = "<actor>",
            description = "With --tenant: user:<uuid>, agent:<uuid> or key:<uuid> (default: system:sql).")
    private String actor;

    @Option(names = "--live", description = "With --tenant: live data (default: test data).")
    private boolean live;

    @Option(names = "--table", paramLabel = "<name>", required = true, description = "The table, as in app.invoice.")
    private String table;

    @Option(
            names = "--where",
            paramLabel = "<condition>",
            required = true,
            description = "The condition that picks its row, as SQL. It runs read-only.")
    private String condition;

    @Option(
            names = "--no-try",
            description = "Run no statement on the row (the default where hedgerow.yaml has production: true).")
    private boolean untried;

    @Option(
            names = "--timeout",
            paramLabel = "<time>",
            defaultValue = "5s",
            converter = ProveCommand.TimeConverter.class,
            description = "How long one statement may take, as in 500ms, 2s, 1m (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private WhyReport.Format format;

    @Override
    public Integer call() throws Exception {
        return inspect.guarded(() -> {
            check();
            var config = inspect.config(RuleCatalog.load());
            var asked = where.isNothing() ? Where.live(database.admin()) : where;
            try {
                return report(inspect.look(asked, postgres.version(), source -> explained(source, config)));
            } catch (WhyProblem problem) {
                command.commandLine().getErr().println(problem);
                return (problem.isRefusal() ? ExitStatus.REFUSED : ExitStatus.FOUND).code();
            }
        });
    }

    private void check() {
        settings.keySet().stream()
                .filter(name -> NOT_SET.contains(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .ifPresent(name -> {
                    throw usage(
                            "--set does not take %s; --role and --timeout say who acts, and how long".formatted(name));
                });
        if (tenant == null && (actor != null || live)) {
            throw usage("--as and --live belong to --tenant: name one, or leave them out");
        }
        if (tenant != null && role != null) {
            throw usage("--tenant comes with a role of its own: leave --role out, or bind by --set");
        }
        if (actor != null && !Binding.isActor(actor)) {
            throw usage("--as takes user:<uuid>, agent:<uuid> or key:<uuid> (small letters), not " + actor);
        }
    }

    private Explanation explained(Source source, Config config) throws SQLException {
        if (source.loaded().isPresent()) {
            try (var stage = source.loaded().get().stage()) {
                stage.rollback();
                stage.setAutoCommit(true);
                return explained(stage, !untried);
            }
        }
        return explained(source.connection(), !untried && !config.production());
    }

    private Explanation explained(Connection connection, boolean tried) throws SQLException {
        inspect.doing("explaining " + table);
        return new Inquiry(connection, session(connection), timeout).explain(table, condition, tried);
    }

    private Inquiry.Session session(Connection connection) throws SQLException {
        if (tenant == null) {
            return new Inquiry.Session(Optional.ofNullable(role), settings, Inquiry.Binding.NONE);
        }
        var named = NamedTenant.all(connection).stream()
                .filter(each -> each.isCalled(tenant))
                .findFirst()
                .orElseThrow(() -> usage("there is no tenant %s that this login sees".formatted(tenant)));
        var binding = new Binding(named, actor == null ? Binding.SYSTEM : actor, live);
        return new Inquiry.Session(Optional.of(binding.role()), settings, bound -> {
            try (var statement = bound.prepareStatement("select app.bind(?, ?, ?)")) {
                statement.setObject(1, binding.tenant().id());
                statement.setString(2, binding.actor());
                statement.setBoolean(3, binding.live());
                statement.execute();
            }
        });
    }

    private int report(Explanation explanation) throws IOException {
        inspect.doing("writing the report");
        inspect.write((colour, out) -> new WhyReport(explanation).write(format, colour, out));
        var verdicts = explanation.commands();
        var status = verdicts.stream().anyMatch(Verdict::isContradicted)
                ? ExitStatus.INTERNAL
                : verdicts.stream().anyMatch(Verdict::isOpen) ? ExitStatus.PARTIAL : ExitStatus.CLEAN;
        return status.code();
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
