package hedgerow.server.cli;

import hedgerow.rls.catalog.Role;
import hedgerow.rls.copy.SchemaCopy;
import hedgerow.rls.probe.Undecided;
import hedgerow.rls.prove.Attacker;
import hedgerow.rls.prove.Claim;
import hedgerow.rls.prove.LiveStage;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.prove.Prover;
import hedgerow.rls.prove.RowDiff;
import hedgerow.rls.report.Diff;
import hedgerow.rls.report.Format;
import hedgerow.rls.report.ProofReport;
import hedgerow.rls.review.AcceptedProofs;
import hedgerow.rls.review.Config;
import hedgerow.rls.review.Reviewed;
import hedgerow.rls.review.Reviewer;
import hedgerow.rls.review.RuleCatalog;
import hedgerow.server.cli.InspectOptions.Source;
import hedgerow.server.settings.SettingCatalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// The command `hedgerow prove`: decides whether tenants stay apart, for every role and object of any
/// database.
@Command(
        name = "prove",
        description = "Prove that tenants stay apart, or show how they do not. Reads the catalog in a read-only"
                + " transaction; changes nothing. Leaks of a database that files make are tried on it; those of a"
                + " live one with --copy or --replay alone.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow prove postgresql://me@localhost/shop",
            "  hedgerow prove --copy postgresql://me@localhost/shop",
            "  hedgerow prove --file schema.sql --file more.sql --format json --output proofs.json",
            "  hedgerow prove --file supabase/migrations --preset supabase --claim disjoint-reads",
            "  hedgerow prove --file schema.sql --object app.invoice --role app_user --explain",
            "  hedgerow prove --file schema.sql --diff schema-of-yesterday.sql",
            "  hedgerow prove --file schema.sql --fix fixes.sql",
            "  hedgerow prove --copy --fix fixes.sql postgresql://me@localhost/shop",
            "  hedgerow prove --file schema.sql --smt2 proofs --check-with z3"
        })
public final class ProveCommand implements Callable<Integer> {

    private static final String SESSION = "set transaction isolation level repeatable read read only;"
            + " set local lock_timeout = '10s'; set local statement_timeout = '5min'";

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
            converter = ClaimConverter.class,
            description = "Decide this claim alone; repeatable: 1 disjoint-reads, 2 writes-stay-home, 3"
                    + " unbound-sees-nothing, 4 membership-earned, 5 references-stay-home (default: all).")
    private Set<Claim> claims = Set.of();

    @Option(names = "--role", paramLabel = "<name>", description = "Ask about this role alone; repeatable.")
    private Set<String> roles = Set.of();

    @Option(
            names = "--object",
            paramLabel = "<name>",
            description = "Ask about this table, view or function alone, as in app.invoice; repeatable.")
    private Set<String> objects = Set.of();

    @Option(
            names = "--timeout",
            paramLabel = "<time>",
            defaultValue = "2s",
            converter = TimeConverter.class,
            description = "How long one question may take, as in 500ms, 2s, 1m (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(
            names = "--budget",
            paramLabel = "<time>",
            converter = TimeConverter.class,
            description = "How much processor time all questions together may take; those beyond it stay unknown"
                    + " (default: no limit).")
    private Duration budget;

    @Option(
            names = "--diff",
            paramLabel = "<other>",
            description = "Compare with <other> (a URL, a file or a directory) instead: what is weaker, stronger or"
                    + " incomparable since, for each role, object and command, with a row that shows it. Exit 1 on"
                    + " anything but stronger.")
    private String earlier;

    @Option(names = "--explain", description = "Show what each proof rests on.")
    private boolean explain;

    @Option(
            names = "--smt2",
            paramLabel = "<dir>",
            description = {
                "Write each question as an SMT-LIB file with its answer into this folder, which is made, or empty:",
                "any other solver can check the proofs."
            })
    private Path smt2;

    @Option(
            names = "--check-with",
            paramLabel = "<command>",
            converter = OtherSolver.Converter.class,
            description = "Give each question to another solver, as in --check-with 'z3 -T:10'. A different answer"
                    + " is exit status 70.")
    private OtherSolver other;

    @Option(
            names = "--copy",
            description = "Try the leaks of a live database on a copy of its schema, without rows and passwords, in"
                    + " a temporary PostgreSQL of the same version. Nothing is written to the database.")
    private boolean copy;

    @Option(
            names = "--replay",
            description = "Try the leaks on the live database itself, in a transaction that is rolled back. Refused"
                    + " on standbys, where changes are replicated, where hedgerow.yaml has 'production: true', and"
                    + " to roles that are bound by row security or may not become the others.")
    private boolean replay;

    @Option(
            names = "--fix",
            paramLabel = "<file>",
            description = "Write SQL that closes what is refuted to this file, or - for standard output: patches"
                    + " that were verified on a scratch copy. For a live database, add --copy.")
    private String fix;

    @Option(names = "--force", description = "Let --fix replace a file.")
    private boolean force;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private ProofReport.Format format;

    private Optional<FixFile> fixes = Optional.empty();

    @Override
    public Integer call() throws Exception {
        return inspect.guarded(() -> {
            check();
            var rules = RuleCatalog.load();
            var config = inspect.config(rules);
            checkReplay(config);
            var reviewer = new Reviewer(rules, config, _ -> false);
            fixes = Optional.ofNullable(fix).map(file -> new FixFile(command, inspect, "--fix", file, force));
            if (earlier != null) {
                return diff(reviewer);
            }
            try (var questions = questions()) {
                var report = inspect.look(
                        where, postgres.version(), source -> proved(reviewer, config, source, questions.folder()));
                var status = report(report);
                return other != null && disagrees(questions.folder().orElseThrow())
                        ? (Integer) ExitStatus.INTERNAL.code()
                        : status;
            } catch (UncheckedIOException e) {
                throw usage("questions cannot be written: " + e.getMessage());
            }
        });
    }

    private Questions questions() {
        try {
            return Questions.in(Optional.ofNullable(smt2), other != null);
        } catch (IOException e) {
            throw usage("--smt2: " + e.getMessage());
        }
    }

    /// Passes the written questions to the other solver.
    private boolean disagrees(Path folder) throws IOException {
        inspect.doing("asking " + other);
        var err = command.commandLine().getErr();
        var progress = new TerminalProgress(err);
        var checked = other.check(folder, progress::at);
        progress.clear();
        err.println(checked.summary(other));
        checked.disagreements().forEach(err::println);
        return !checked.disagreements().isEmpty();
    }

    private void check() {
        if (where.isNothing()) {
            throw usage("name a database, or files: hedgerow prove <url>, or --file <sql>");
        }
        if (earlier != null) {
            inspect.checkDiff(format.name());
            if (!claims.isEmpty() || !roles.isEmpty() || !objects.isEmpty() || explain) {
                throw usage("--diff compares everything: leave out --claim, --role, --object and --explain");
            }
            if (smt2 != null || other != null || fix != null) {
                throw usage("--diff proves nothing: leave out --smt2, --check-with and --fix");
            }
        }
        if (fix != null && where.isLive() && !copy) {
            throw usage("--fix tries patches on a copy of a live database: add --copy%s"
                    .formatted(replay ? ", and leave out --replay" : ""));
        }
        if (force && fix == null) {
            throw usage("--force is for --fix: leave it out");
        }
        if (replay && copy) {
            throw usage("--copy and --replay exclude each other: try leaks on a copy, or on the database itself");
        }
        if ((replay || copy) && !where.isLive()) {
            throw usage(
                    "%s is for a live database: leaks of --file are always tried on the database that the files make."
                                    .formatted(copy ? "--copy" : "--replay")
                            + " Leave the option out");
        }
    }

    private void checkReplay(Config config) {
        if (replay && config.production()) {
            throw usage("--replay is refused: hedgerow.yaml has 'production: true'. Use --copy");
        }
    }

    private int report(ProofReport report) throws IOException {
        inspect.doing("writing the report");
        inspect.write((colour, out) -> report.write(format, colour, out));
        var status = switch (report.outcome()) {
            case REFUTED -> ExitStatus.FOUND;
            case NOT_SEEN -> ExitStatus.NOT_REPRODUCED;
            case PARTIAL -> ExitStatus.PARTIAL;
            case PROVED -> ExitStatus.CLEAN;
        };
        return status.code();
    }

    // --- comparing -----------------------------------------------------------------------------------------------

    private record Differs(Diff diff, boolean partial) {}

    /// Compares two databases, which both exist until it is done.
    private int diff(Reviewer reviewer) throws SQLException, IOException {
        var found = inspect.look(
                inspect.other(earlier),
                postgres.version(),
                before -> inspect.look(where, postgres.version(), after -> diff(reviewer, before, after)));
        inspect.doing("writing the report");
        inspect.write((_, out) -> found.diff.write(Format.valueOf(format.name()), out));
        return InspectOptions.status(found.diff.fails(), found.partial);
    }

    private Differs diff(Reviewer reviewer, Source before, Source after) throws SQLException {
        var was = inspect.reviewed(reviewer, before);
        var is = inspect.reviewed(reviewer, after);
        inspect.doing("comparing");
        Stream.of(was, is)
                .flatMap(side -> side.review().gaps().stream())
                .forEach(gap -> command.commandLine().getErr().println("partial: " + gap));
        try (var earlierStage = new Stages(before);
                var laterStage = new Stages(after)) {
            var rows = new RowDiff(side(before, was, earlierStage), side(after, is, laterStage), timeout);
            var diff = Diff.of(
                    new Diff.Side(was.catalog(), was.settings()), new Diff.Side(is.catalog(), is.settings()), rows);
            return new Differs(diff, was.review().partial() || is.review().partial());
        }
    }

    private static RowDiff.Side side(Source source, Reviewed reviewed, Stages stages) {
        return new RowDiff.Side(source.connection(), reviewed.catalog(), reviewed.settings(), stages.stage);
    }

    /// A read-only transaction on a database, and a stage beside it if files made it.
    private static final class Stages implements AutoCloseable {
        private final Connection connection;
        private final Optional<Connection> stage;

        Stages(Source source) throws SQLException {
            connection = source.connection();
            stage = source.loaded().isPresent()
                    ? Optional.of(source.loaded().get().stage())
                    : Optional.empty();
            begin(connection);
        }

        @Override
        public void close() throws SQLException {
            end(connection);
            if (stage.isPresent()) {
                stage.get().close();
            }
        }
    }

    private static void begin(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute(SESSION);
        }
    }

    private static void end(Connection connection) throws SQLException {
        connection.rollback();
        connection.setAutoCommit(true);
    }

    // --- proving -------------------------------------------------------------------------------------------------

    private ProofReport proved(Reviewer reviewer, Config config, Source source, Optional<Path> questions)
            throws SQLException {
        var reviewed = inspect.reviewed(reviewer, source);
        checkNames(reviewed);
        inspect.doing("proving " + source.origin().name());
        var options =
                new ProveOptions(claims, roles, objects, timeout, Optional.ofNullable(budget), explain, questions);
        var found = found(reviewer, source, reviewed, options);
        checkObjects(found);
        var proofs = AcceptedProofs.apply(config, with(found, reviewed), options, LocalDate.now());
        if (fixes.isPresent()) {
            fix(fixes.get(), reviewer, source, reviewed, proofs);
        }
        var asked = claims.isEmpty() ? Arrays.asList(Claim.values()) : List.copyOf(new TreeSet<>(claims));
        return new ProofReport(
                reviewed.review().server(), proofs, asked, source.origin().locations());
    }

    private void fix(FixFile fixes, Reviewer reviewer, Source source, Reviewed reviewed, Proofs proofs)
            throws SQLException {
        if (source.loaded().isPresent()) {
            fixes.ofFiles(where, postgres.version(), reviewer, reviewed, proofs, timeout);
        } else {
            fixes.ofCopy(source, reviewer, reviewed, proofs, timeout);
        }
    }

    private void checkNames(Reviewed reviewed) {
        var subjects = reviewed.settings().subjects().stream()
                .flatMap(oid -> reviewed.catalog().role(oid).stream())
                .map(Role::name)
                .collect(Collectors.toSet());
        roles.stream().filter(role -> !subjects.contains(role)).findFirst().ifPresent(role -> {
            throw usage("no login is or becomes %s%s; --role is one of %s"
                    .formatted(role, closest(role, subjects), String.join(", ", new TreeSet<>(subjects))));
        });
        var known = objects(reviewed);
        objects.stream().filter(object -> !known.contains(object)).findFirst().ifPresent(object -> {
            throw usage("there is no %s%s; name a table, view, function or trigger as reports do, with its schema"
                    .formatted(object, closest(object, known)));
        });
    }

    /// The objects, in the spelling of reports.
    private static Set<String> objects(Reviewed reviewed) {
        var catalog = reviewed.catalog();
        var objects = new TreeSet<String>();
        for (var relation : catalog.relationsIn(reviewed.settings().schemas())) {
            objects.add(relation.quoted());
            relation.triggers()
                    .forEach(trigger -> objects.add("%s on %s".formatted(trigger.quoted(), relation.quoted())));
            relation.rules().forEach(rule -> objects.add("rule %s on %s".formatted(rule.quoted(), relation.quoted())));
        }
        catalog.functions().values().stream()
                .filter(function -> reviewed.settings().schemas().contains(function.schema()))
                .forEach(function -> objects.add(function.quoted()));
        return objects;
    }

    /// The known name that was probably meant: one without its schema or arguments, or with a typing error.
    private static String closest(String name, Collection<String> known) {
        return known.stream()
                .filter(each ->
                        each.endsWith("." + name) || each.startsWith(name + "(") || each.contains("." + name + "("))
                .findFirst()
                .or(() -> SettingCatalog.nearest(name, known.stream()))
                .map(near -> ": did you mean %s?".formatted(near))
                .orElse("");
    }

    /// Checks that named objects exist: an object without any question would pass for want of one.
    private void checkObjects(Proofs proofs) {
        for (var object : objects) {
            if (proofs.cells().stream().noneMatch(cell -> cell.object().equals(object))) {
                throw usage("there is nothing to prove about %s: name a table, view or function as reports do"
                        .formatted(object));
            }
        }
    }

    private Proofs found(Reviewer reviewer, Source source, Reviewed reviewed, ProveOptions options)
            throws SQLException {
        if (source.loaded().isPresent()) {
            var loaded = source.loaded().get();
            return tried(source, reviewed, options, loaded::stage, Map.of(), attackers(reviewed));
        }
        if (copy) {
            return triedOnCopy(reviewer, source, reviewed, options);
        }
        return replay
                ? triedLive(source, reviewed, options)
                : proofs(source, reviewed, options, Optional.empty(), Map.of(), (_, _) -> Attacker.NONE);
    }

    private Proofs triedOnCopy(Reviewer reviewer, Source source, Reviewed reviewed, ProveOptions options)
            throws SQLException {
        inspect.doing("copying " + source.origin().name());
        var progress = new TerminalProgress(command.commandLine().getErr());
        try (var copied = SchemaCopy.of(source.connection(), reviewed.catalog(), progress::say)) {
            progress.clear();
            var everywhere = copied.missing().stream()
                    .filter(SchemaCopy.Missing::everywhere)
                    .findFirst();
            var proofs = everywhere.isPresent()
                    ? untried(source, reviewed, options, "the copy lacks " + everywhere.get())
                    : tried(
                            source,
                            reviewed,
                            options,
                            copied::stage,
                            copied.lacking(),
                            attackers(reviewer, source, copied));
            var lacks = copied.missing().stream().map(missing -> "the copy on which leaks are tried lacks " + missing);
            return assuming(proofs, lacks.toList());
        } finally {
            progress.clear();
        }
    }

    private Proofs triedLive(Source source, Reviewed reviewed, ProveOptions options) throws SQLException {
        var hindrances =
                LiveStage.hindrances(source.connection(), reviewed.settings().subjects());
        if (!hindrances.isEmpty()) {
            throw usage("--replay is refused: %s. Use --copy".formatted(String.join("; ", hindrances)));
        }
        var url = where.url().withParameter("maxResultBuffer", "64M");
        var proofs = tried(
                source,
                reviewed,
                options,
                () -> LiveStage.open(
                        DatabaseOptions.connect(url, command.commandLine().getErr()::println)),
                Map.of(),
                (_, _) -> Attacker.NONE);
        return assuming(proofs, LiveStage.ESCAPES);
    }

    @FunctionalInterface
    private interface Opening {
        Connection open() throws SQLException;
    }

    @FunctionalInterface
    private interface Attackers {
        Attacker on(Connection stage, Consumer<String> progress);
    }

    private static Attackers attackers(Reviewed staged) {
        return (stage, progress) -> new Undecided(stage, staged.catalog(), staged.settings(), progress);
    }

    /// The attackers on a copy, which has other object identifiers than the database, so that it is reviewed itself
    /// once something is undecided. A copy that differs from the database is not attacked: a leak might be one of
    /// the difference.
    private Attackers attackers(Reviewer reviewer, Source source, SchemaCopy copied) {
        if (!copied.missing().isEmpty()) {
            return (_, _) -> Attacker.NONE;
        }
        var copy = new Source(copied.connection(), source.origin(), Optional.empty());
        return (stage, progress) -> (open, all, seen) ->
                attackers(inspect.reviewed(reviewer, copy)).on(stage, progress).attack(open, all, seen);
    }

    /// Tries leaks. The database's own code may end the session that tries them.
    private Proofs tried(
            Source source,
            Reviewed reviewed,
            ProveOptions options,
            Opening opening,
            Map<String, String> lacking,
            Attackers attackers)
            throws SQLException {
        String why;
        try (var stage = opening.open()) {
            try {
                return proofs(source, reviewed, options, Optional.of(stage), lacking, attackers);
            } catch (SQLException e) {
                if (!stage.isClosed()) {
                    throw e;
                }
                why = e.getMessage();
            }
        }
        return untried(source, reviewed, options, why.lines().findFirst().orElse(""));
    }

    private Proofs untried(Source source, Reviewed reviewed, ProveOptions options, String why) throws SQLException {
        var proofs = proofs(source, reviewed, options, Optional.empty(), Map.of(), (_, _) -> Attacker.NONE);
        var gaps = new ArrayList<>(proofs.gaps());
        gaps.add("leaks could not be tried: " + why);
        return new Proofs(proofs.cells(), proofs.assumptions(), proofs.risks(), gaps);
    }

    private static Proofs assuming(Proofs proofs, List<String> more) {
        return new Proofs(proofs.cells(), union(proofs.assumptions(), more), proofs.risks(), proofs.gaps());
    }

    private Proofs proofs(
            Source source,
            Reviewed reviewed,
            ProveOptions options,
            Optional<Connection> stage,
            Map<String, String> lacking,
            Attackers attackers)
            throws SQLException {
        var progress = new TerminalProgress(command.commandLine().getErr());
        var attacker =
                stage.map(session -> attackers.on(session, progress::say)).orElse(Attacker.NONE);
        var connection = source.connection();
        begin(connection);
        try {
            return Prover.prove(
                    connection,
                    reviewed.catalog(),
                    reviewed.settings(),
                    options,
                    stage,
                    lacking,
                    attacker,
                    progress::say);
        } finally {
            progress.clear();
            end(connection);
        }
    }

    /// The proofs together with the assumptions and gaps found before the prover began.
    private static Proofs with(Proofs proofs, Reviewed reviewed) {
        return new Proofs(
                proofs.cells(),
                union(reviewed.review().assumptions(), proofs.assumptions()),
                proofs.risks(),
                union(reviewed.review().gaps(), proofs.gaps()));
    }

    private static List<String> union(List<String> first, List<String> second) {
        return Stream.concat(first.stream(), second.stream()).distinct().toList();
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    static final class ClaimConverter implements ITypeConverter<Claim> {
        @Override
        public Claim convert(String value) {
            var known = Arrays.stream(Claim.values()).map(Claim::id).toList();
            return Claim.of(value)
                    .orElseThrow(() -> new TypeConversionException("there is no claim %s%s; the claims are %s"
                            .formatted(value, closest(value, known), String.join(", ", known))));
        }
    }

    static final class TimeConverter implements ITypeConverter<Duration> {

        private static final Pattern TIME = Pattern.compile("([1-9]\\d{0,5})(ms|s|m)");

        @Override
        public Duration convert(String value) {
            var time = TIME.matcher(value);
            if (!time.matches()) {
                throw new TypeConversionException(
                        "'%s' is not a time; give one such as 500ms, 2s or 1m".formatted(value));
            }
            var number = Long.parseLong(time.group(1));
            return switch (time.group(2)) {
                case "ms" -> Duration.ofMillis(number);
                case "s" -> Duration.ofSeconds(number);
                default -> Duration.ofMinutes(number);
            };
        }
    }
}
