package hedgerow.server.cli;

import hedgerow.rls.catalog.Relation;
import hedgerow.rls.catalog.Role;
import hedgerow.rls.copy.SchemaCopy;
import hedgerow.rls.load.Stage;
import hedgerow.rls.probe.Attempts;
import hedgerow.rls.probe.Probe;
import hedgerow.rls.probe.ProbeOptions;
import hedgerow.rls.probe.Regression;
import hedgerow.rls.probe.Theatre;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.LiveStage;
import hedgerow.rls.report.ProbeReport;
import hedgerow.rls.review.AcceptedProofs;
import hedgerow.rls.review.Config;
import hedgerow.rls.review.Reviewed;
import hedgerow.rls.review.Reviewer;
import hedgerow.rls.review.RuleCatalog;
import hedgerow.server.cli.InspectOptions.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
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
        description = "Attack a database as each login and all that it can become: rows of two near-identical"
                + " tenants are made, and each tries to read, change and refer to the other's. Runs in a database"
                + " made by --file, on a copy of a live one, or in a transaction that is rolled back.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow probe --file schema.sql --file more.sql",
            "  hedgerow probe --copy postgresql://me@localhost/shop",
            "  hedgerow probe --rollback shop_test --as app_user postgresql://postgres@localhost/shop_test",
            "  hedgerow probe --file supabase/migrations --preset supabase --format json --output attacks.json",
            "  hedgerow probe --file schema.sql --fuzz 1000000 --seed 7",
            "  hedgerow probe --file schema.sql --object app.invoice --role app_user --claim writes-stay-home"
        })
public final class ProbeCommand implements Callable<Integer> {

    /// The fewest tables for which another database is worth its rows.
    private static final int FEWEST_TABLES = 10;

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
            description = "Attack this claim alone; repeatable: 1 disjoint-reads, 2 writes-stay-home, 3"
                    + " unbound-sees-nothing, 4 membership-earned, 5 references-stay-home (default: all).")
    private Set<Claim> claims = Set.of();

    @Option(
            names = "--as",
            paramLabel = "<login>",
            description = "Attack from this login alone: as it, and as each role that it can become; repeatable.")
    private Set<String> logins = Set.of();

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
            description = "Attack a copy of a live database's schema, without its rows and passwords, in a temporary"
                    + " PostgreSQL of the same version.")
    private boolean copy;

    @Option(
            names = "--rollback",
            paramLabel = "<database>",
            description = {
                "Attack the live database itself, which is named once more, in a transaction that is rolled back.",
                "Refused on standbys, where changes are replicated, where hedgerow.yaml has 'production: true', for"
                        + " large tables, and without --as."
            })
    private String rollback;

    @Option(
            names = "--seed",
            paramLabel = "<number>",
            defaultValue = "0",
            description = "Make other rows: equal seeds make equal rows (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--fuzz",
            paramLabel = "<number>",
            description = "Send this many random queries and writes instead of the listed attacks, over rows in"
                    + " random states; equal seeds send equal statements.")
    private long fuzz;

    @Option(
            names = "--emit",
            arity = "2",
            paramLabel = "<form> <path>",
            description = "Write the attacks that held as tests that run without Hedgerow; repeatable: junit5 and a"
                    + " file as in src/test/java/TenantsTest.java, or pgtap and a directory.")
    private List<String> emit = List.of();

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
            var config = inspect.config(rules);
            if (rollback != null && config.production()) {
                throw usage("--rollback is refused: hedgerow.yaml has 'production: true'. Use --copy");
            }
            var reviewer = new Reviewer(rules, config, _ -> false);
            return report(config, inspect.look(where, postgres.version(), source -> probed(reviewer, source)));
        });
    }

    private void check() {
        if (where.isNothing()) {
            throw usage("name the files that make the database: hedgerow probe --file <sql>");
        }
        if (where.isLive() && !copy && rollback == null) {
            throw usage(
                    "a live database is not attacked, for attacks write. Use --copy to attack a copy of its schema");
        }
        for (var i = 0; i < emit.size(); i += 2) {
            checkEmitted(emit.get(i), Path.of(emit.get(i + 1)));
        }
        if (fuzz < 0) {
            throw usage("--fuzz is a number of statements: %d is none".formatted(fuzz));
        }
        if (fuzz > 0 && asked().isEmpty()) {
            throw usage("no random statement breaks the claims that --claim names; --fuzz is about %s"
                    .formatted(
                            ProbeOptions.FUZZED.stream().map(Claim::id).sorted().collect(Collectors.joining(", "))));
        }
        if (fuzz > 0 && !emit.isEmpty()) {
            throw usage("--emit writes the listed attacks as tests, which --fuzz leaves out. Use one of the two");
        }
        if (copy && rollback != null) {
            throw usage("--copy and --rollback exclude each other: attack a copy, or the database itself");
        }
        if (rollback != null && !where.isLive()) {
            throw usage("--rollback is for a live database: name one, or leave --rollback out");
        }
        if (rollback != null && logins.isEmpty()) {
            throw usage("--rollback is refused without --as: the session is of a role that no policy binds."
                    + " Name the login that attacks");
        }
        if (copy && !where.isLive()) {
            throw usage("--copy is of a live database: name one, or leave --copy out");
        }
    }

    private void checkEmitted(String form, Path path) {
        switch (form) {
            case "junit5" -> {
                if (!SourceVersion.isIdentifier(className(path))
                        || !path.getFileName().toString().endsWith(".java")) {
                    throw usage("%s is not a Java source file; name one such as TenantsTest.java".formatted(path));
                }
            }
            case "pgtap" -> {
                if (Files.exists(path) && !Files.isDirectory(path)) {
                    throw usage("%s is not a directory; name one for the pgTAP files".formatted(path));
                }
            }
            default -> throw usage("no tests are written as %s; --emit is junit5 or pgtap".formatted(form));
        }
    }

    private static String className(Path path) {
        return path.getFileName().toString().replaceFirst("[.]java$", "");
    }

    private void emit(Regression held) throws IOException {
        for (var i = 0; i < emit.size(); i += 2) {
            var path = Path.of(emit.get(i + 1));
            inspect.doing("writing " + path);
            if (emit.get(i).equals("pgtap")) {
                held.writePgTap(path);
            } else {
                Files.createDirectories(path.toAbsolutePath().getParent());
                try (var out = Files.newBufferedWriter(path)) {
                    held.writeJUnit5(className(path), out);
                }
            }
            command.commandLine().getErr().printf("%d tests in %s%n", held.size(), path);
        }
    }

    private int report(Config config, ProbeReport found) throws IOException {
        var report = new ProbeReport(
                found.server(), AcceptedProofs.apply(config, found.attempts(), LocalDate.now()), found.claims());
        emit(report.attempts().held());
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
        if (copy) {
            return probedOnCopy(reviewer, source);
        }
        return rollback == null ? probedFiles(reviewer, source) : probedLive(reviewer, source);
    }

    private ProbeReport probedFiles(Reviewer reviewer, Source source) throws SQLException {
        var reviewed = inspect.reviewed(reviewer, source);
        var loaded = source.loaded().orElseThrow();
        var scenes = loaded.stages(parts(reviewed));
        return attacked(source, reviewed, scenes, loaded::login, List.of());
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
            var missing = copied.missing().stream()
                    .map(each -> "the copy that is attacked lacks " + each)
                    .toList();
            var scenes = copied.stages(parts(reviewed));
            return attacked(source, reviewed, scenes, copied::login, missing);
        } finally {
            progress.clear();
        }
    }

    @FunctionalInterface
    private interface SceneLogins {
        Connection open(Stage.Scene scene, String role) throws SQLException;
    }

    private ProbeReport attacked(
            Source source, Reviewed reviewed, List<Stage.Scene> scenes, SceneLogins logins, List<String> missing)
            throws SQLException {
        try {
            var theatres = scenes.stream()
                    .map(scene -> new Theatre(scene.session(), Optional.of(role -> logins.open(scene, role))))
                    .toList();
            return attacked(source, reviewed, theatres, missing);
        } finally {
            for (var scene : scenes) {
                scene.session().close();
            }
        }
    }

    /// The number of databases that are attacked at the same time: each costs time to make and to fill.
    private int parts(Reviewed reviewed) {
        var tables = reviewed.catalog().relationsIn(reviewed.settings().schemas()).stream()
                .filter(Relation::isTable)
                .count();
        var useful = fuzz > 0 ? 1 : Math.toIntExact(tables / FEWEST_TABLES);
        return Math.clamp(useful, 1, Runtime.getRuntime().availableProcessors());
    }

    /// Somebody who repeats the name knows which database it is.
    private ProbeReport probedLive(Reviewer reviewer, Source source) throws SQLException {
        var database = source.connection().getCatalog();
        if (!rollback.equals(database)) {
            throw usage("the database is called %s, and --rollback names %s. Repeat the name of the database"
                    .formatted(database, rollback));
        }
        var reviewed = inspect.reviewed(reviewer, source);
        var hindrances =
                Probe.hindrances(source.connection(), reviewed.settings().subjects());
        if (!hindrances.isEmpty()) {
            throw usage("--rollback is refused: %s. Use --copy".formatted(String.join("; ", hindrances)));
        }
        var url = where.url().withParameter("maxResultBuffer", "64M");
        try (var connection = DatabaseOptions.connect(url, command.commandLine().getErr()::println)) {
            var report = attacked(
                    source, reviewed, List.of(new Theatre(LiveStage.open(connection), Optional.empty())), List.of());
            var attempts = report.attempts();
            return new ProbeReport(
                    report.server(),
                    new Attempts(
                            attempts.cells(),
                            union(attempts.assumptions(), LiveStage.ESCAPES),
                            attempts.risks(),
                            attempts.gaps(),
                            attempts.held()),
                    report.claims());
        }
    }

    private ProbeReport attacked(Source source, Reviewed reviewed, List<Theatre> theatres, List<String> missing)
            throws SQLException {
        checkNames(reviewed);
        inspect.doing("attacking " + source.origin().name());
        var options = new ProbeOptions(claims, logins, roles, objects, timeout, seed, fuzz);
        var progress = new TerminalProgress(command.commandLine().getErr());
        try {
            var catalog = reviewed.catalog();
            var attempts = Probe.run(theatres, catalog, reviewed.settings(), options, progress::say);
            checkObjects(attempts);
            return new ProbeReport(reviewed.review().server(), with(attempts, reviewed, missing), asked());
        } finally {
            progress.clear();
        }
    }

    private List<Claim> asked() {
        var all = fuzz > 0 ? ProbeOptions.FUZZED : Set.of(Claim.values());
        return all.stream()
                .filter(claim -> claims.isEmpty() || claims.contains(claim))
                .sorted()
                .toList();
    }

    private void checkNames(Reviewed reviewed) {
        var subjects = reviewed.settings().subjects().stream()
                .flatMap(oid -> reviewed.catalog().role(oid).stream())
                .map(Role::name)
                .collect(Collectors.toSet());
        var entering = reviewed.settings().logins().stream()
                .flatMap(oid -> reviewed.catalog().role(oid).stream())
                .map(Role::name)
                .collect(Collectors.toSet());
        logins.stream().filter(login -> !entering.contains(login)).findFirst().ifPresent(login -> {
            throw usage(
                    "%s is not a login under review; --as takes one of %s".formatted(login, new TreeSet<>(entering)));
        });
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

    /// The attempts, with the assumptions and gaps from before the first attack.
    private static Attempts with(Attempts attempts, Reviewed reviewed, List<String> missing) {
        return new Attempts(
                attempts.cells(),
                union(reviewed.review().assumptions(), attempts.assumptions()),
                attempts.risks(),
                union(union(reviewed.review().gaps(), missing), attempts.gaps()),
                attempts.held());
    }

    private static List<String> union(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).distinct().toList();
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
