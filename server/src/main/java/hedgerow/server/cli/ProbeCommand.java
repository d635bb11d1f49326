package hedgerow.server.cli;

import hedgerow.rls.catalog.Role;
import hedgerow.rls.copy.SchemaCopy;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.report.ProbeReport;
import hedgerow.rls.review.Reviewed;
import hedgerow.rls.review.Reviewer;
import hedgerow.rls.review.RuleCatalog;
import hedgerow.server.cli.InspectOptions.Source;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `hedgerow probe`: attacks a database as each of its logins.
@Command(
        name = "probe",
        description = {
            "Attack a database as each login and all that it can become: rows of two near-identical tenants are made,",
            "and each tries to read, change and refer to the other's. Runs in a database made by --file, or on a copy",
            "of a live one."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow probe --file schema.sql --file more.sql",
            "  hedgerow probe --copy postgresql://me@localhost/shop",
            "  hedgerow probe --file supabase/migrations --preset supabase --format json --output attacks.json",
            "  hedgerow probe --file schema.sql --object app.invoice --role app_user --claim writes-stay-home"
        })
public final class ProbeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @ArgGroup
    private Where where = new Where();

    @Mixin
    private PostgresOption postgres;

    @Mixin
    private InspectOptions inspect;

    @Option(
            names = "--claim",
            paramLabel = "<claim>",
            converter = ProveCommand.ClaimConverter.class,
            description = {
                "Attack this claim alone; repeatable: 1 disjoint-reads, 2 writes-stay-home, 3 unbound-sees-nothing,",
                "4 membership-earned, 5 references-stay-home (default: all)."
            })
    private Set<Claim> claims = Set.of();

    @Option(names = "--role", paramLabel = "<name>", description = "Attack as this role alone; repeatable.")
    private Set<String> roles = Set.of();

    @Option(
            names = "--object",
            paramLabel = "<name>",
            description = "Attack this table, view or function alone, as in app.invoice; repeatable.")
    private Set<String> objects = Set.of();

    @Option(
            names = "--timeout",
            paramLabel = "<time>",
            defaultValue = "5s",
            converter = ProveCommand.TimeConverter.class,
            description = "How long one attack may take, as in 500ms, 2s, 1m (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(
            names = "--copy",
            description = {
                "Attack a copy of a live database's schema, without its rows and passwords, in a temporary",
                "PostgreSQL of the same version."
            })
    private boolean copy;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ProbeReport.Format format;

    @Override
    public Integer call() throws Exception {
        return inspect.guarded(() -> {
            check();
            var rules = RuleCatalog.load();
            var reviewer = new Reviewer(rules, inspect.config(rules), _ -> false);
            return report(inspect.look(
                    where,
                    postgres.version(),
                    source -> copy ? probedOnCopy(reviewer, source) : probed(reviewer, source)));
        });
    }

    private void check() {
        if (where.isNothing()) {
            throw usage("name the files that make the database: hedgerow probe --file <sql>");
        }
        if (where.isLive() && !copy) {
            throw usage(
                    "a live database is not attacked, for attacks write. Use --copy to attack a copy of its schema");
        }
        if (copy && !where.isLive()) {
            throw usage("--copy is of a live database: name one, or leave --copy out");
        }
    }

    private int report(ProbeReport report) throws IOException {
        inspect.doing("writing the report");
        inspect.write((colour, out) -> report.write(format, colour, out));
        var status = switch (report.outcome()) {
            case LEAKED -> ExitStatus.FOUND;
            case COULD_NOT_CHECK -> ExitStatus.PARTIAL;
            case HELD -> ExitStatus.CLEAN;
        };
        return status.code();
    }

    private ProbeReport probed(Reviewer reviewer, Source source) throws SQLException {
        var reviewed = inspect.reviewed(reviewer, source);
        try (var stage = source.loaded().orElseThrow().stage()) {
            return attacked(source, reviewed, stage, List.of());
        }
    }

    /// The copy has other object identifiers than the database, so that it is reviewed itself.
    private ProbeReport probedOnCopy(Reviewer reviewer, Source source) throws SQLException {
        var live = inspect.reviewed(reviewer, source);
        inspect.doing("copying " + source.origin().name());
        var progress = new TerminalProgress(command.commandLine().getErr());
        try (var copied = SchemaCopy.of(source.connection(), live.catalog(), progress::say)) {
            progress.clear();
            var reviewed =
                    inspect.reviewed(reviewer, new Source(copied.connection(), source.origin(), Optional.empty()));
            try (var stage = copied.stage()) {
                var missing = copied.missing().stream()
                        .map(each -> "the copy that is attacked lacks " + each)
                        .toList();
                return attacked(source, reviewed, stage, missing);
            }
        } finally {
            progress.clear();
        }
    }

    private ProbeReport attacked(Source source, Reviewed reviewed, Connection stage, List<String> missing)
            throws SQLException {
        checkNames(reviewed);
        inspect.doing("attacking " + source.origin().name());
        var options = new ProbeOptions(claims, roles, objects, timeout);
        var progress = new TerminalProgress(command.commandLine().getErr());
        try {
            var attempts = Probe.run(stage, reviewed.catalog(), reviewed.settings(), options, progress::say);
            checkObjects(attempts);
            var asked = claims.isEmpty() ? Arrays.asList(Claim.values()) : List.copyOf(new TreeSet<>(claims));
            return new ProbeReport(reviewed.review().server(), with(attempts, reviewed, missing), asked);
        } finally {
            progress.clear();
        }
    }

    private void checkNames(Reviewed reviewed) {
        var subjects = reviewed.settings().subjects().stream()
                .flatMap(oid -> reviewed.catalog().role(oid).stream())
                .map(Role::name)
                .collect(Collectors.toSet());
        roles.stream().filter(role -> !subjects.contains(role)).findFirst().ifPresent(role -> {
            throw usage("no login is or becomes %s; --role is one of %s".formatted(role, new TreeSet<>(subjects)));
        });
    }

    /// An object that nobody attacked would pass for want of an attack.
    private void checkObjects(Attempts attempts) {
        for (var object : objects) {
            if (attempts.cells().stream().noneMatch(cell -> cell.object().equals(object))) {
                throw usage("there is nothing to attack about %s: name a table, view or function as reports do"
                        .formatted(object));
            }
        }
    }

    /// What was assumed and missed before the first attack.
    private static Attempts with(Attempts attempts, Reviewed reviewed, List<String> missing) {
        return new Attempts(
                attempts.cells(),
                union(reviewed.review().assumptions(), attempts.assumptions()),
                attempts.risks(),
                union(union(reviewed.review().gaps(), missing), attempts.gaps()));
    }

    private static List<String> union(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).distinct().toList();
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
