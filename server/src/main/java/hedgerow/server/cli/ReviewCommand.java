package hedgerow.server.cli;

import hedgerow.rls.load.Preset;
import hedgerow.rls.prove.ProveOptions;
import hedgerow.rls.report.AccessMatrix;
import hedgerow.rls.report.Baseline;
import hedgerow.rls.report.Diff;
import hedgerow.rls.report.Format;
import hedgerow.rls.report.Report;
import hedgerow.rls.review.Reviewed;
import hedgerow.rls.review.Reviewer;
import hedgerow.rls.review.RuleCatalog;
import hedgerow.rls.review.RulePage;
import hedgerow.rls.review.Severity;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `hedgerow review`: finds the holes in the row security of any database, live or in files.
@Command(
        name = "review",
        description = "Review row-level security. Reads the catalog in a read-only transaction; changes nothing.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow review postgresql://me@localhost/shop",
            "  hedgerow review --file schema.sql --file more.sql --format sarif --output review.sarif",
            "  hedgerow review --file supabase/migrations --preset supabase",
            "  hedgerow review --file new.sql --diff old.sql",
            "  hedgerow review --file schema.sql --fix-file fixes.sql",
            "  hedgerow review --explain rls-not-forced"
        })
public final class ReviewCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @ArgGroup
    private What what = new What();

    @Mixin
    private PostgresOption postgres;

    @Mixin
    private InspectOptions inspect;

    @Option(
            names = "--rule",
            paramLabel = "<slug>",
            description = "Run this rule alone; * stands for any text; repeatable.")
    private List<String> wanted = List.of();

    @Option(
            names = "--fail-on",
            paramLabel = "<level>",
            defaultValue = "warn",
            description = "Exit 1 on a finding at this level or above: error, warn, info (default: ${DEFAULT-VALUE}).")
    private Severity failOn;

    @Option(
            names = "--baseline",
            paramLabel = "<file>",
            description = "Findings of this earlier JSON report do not fail the review.")
    private Path baseline;

    @Option(
            names = "--diff",
            paramLabel = "<other>",
            description = "Report what became weaker, stronger or incomparable since <other> (a URL, a file or a"
                    + " directory), for each role, table and command, instead of findings. Exit 1 on anything but"
                    + " stronger.")
    private String earlier;

    @Option(
            names = "--fix-file",
            paramLabel = "<file>",
            description = "Write SQL that closes the leaks that the prover found to this file, or - for standard"
                    + " output: patches that were verified on a scratch copy. For --file alone; of a live database,"
                    + " use hedgerow prove --copy --fix.")
    private String fix;

    @Option(names = "--force", description = "Let --fix-file replace a file.")
    private boolean force;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "text",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Format format;

    @Option(names = "--all", description = "Show notes and all places of a finding, which are only counted otherwise.")
    private boolean all;

    /// The subject of the command; exactly one of these.
    private static final class What extends Where {
        @Option(names = "--explain", paramLabel = "<slug>", description = "Print the page of a rule.")
        private String explained;

        @Option(names = "--list", description = "List the rules.")
        private boolean list;
    }

    @Override
    public Integer call() throws Exception {
        return inspect.guarded(() -> {
            var rules = RuleCatalog.load();
            if (what.list) {
                return list(rules);
            }
            if (what.explained != null) {
                return explain(rules);
            }
            check(rules);
            return earlier != null ? diff(rules) : review(rules);
        });
    }

    // --- the rules -----------------------------------------------------------------------------------------------

    private int list(RuleCatalog rules) {
        rules.pages()
                .forEach(page ->
                        out().printf("%-5s  %-40s  %s%n", page.severity().label(), page.slug(), page.title()));
        out().flush();
        return 0;
    }

    private int explain(RuleCatalog rules) {
        var page = rules.page(what.explained).orElseThrow(() -> usage("there is no rule " + what.explained));
        out().printf(
                        "# %s%n%n%s, at most %s%n%n%s%n",
                        page.title(), page.slug(), page.severity().label(), page.text());
        out().flush();
        return 0;
    }

    private boolean isWanted(RulePage page) {
        return wanted.isEmpty() || wanted.stream().anyMatch(glob -> matches(glob, page.slug()));
    }

    private static boolean matches(String glob, String slug) {
        return slug.matches(Pattern.quote(glob).replace("*", "\\E.*\\Q"));
    }

    // --- the review ----------------------------------------------------------------------------------------------

    private int review(RuleCatalog rules) throws SQLException, IOException {
        var known = baseline();
        var fixes = Optional.ofNullable(fix).map(file -> new FixFile(command, inspect, "--fix-file", file, force));
        var reviewer = new Reviewer(rules, inspect.config(rules), this::isWanted);
        var reviewed = reviewed(reviewer);
        var pages = rules.pages().stream().filter(this::isWanted).toList();
        inspect.doing("writing the report");
        var report = new Report(reviewed.review(), pages, access(reviewed), known, failOn, all, hint(reviewed));
        inspect.write((colour, out) -> report.write(format, colour, out));
        if (fixes.isPresent()) {
            var timeout = ProveOptions.DEFAULTS.timeout();
            fixes.get().ofFiles(what, postgres.version(), reviewer, reviewed, reviewed.proofs(), timeout);
        }
        return InspectOptions.status(report.fails(), reviewed.review().partial());
    }

    private Optional<String> hint(Reviewed reviewed) {
        return inspect.hasPreset()
                ? Optional.empty()
                : Preset.resembling(reviewed.catalog(), reviewed.review().gaps())
                        .map(platform -> "looks like %s: --preset %s".formatted(platform.title(), platform.label()));
    }

    private void check(RuleCatalog rules) {
        if (what.isNothing()) {
            throw usage("name a database to review, or files: hedgerow review <url>, or --file <sql>");
        }
        if (fix != null && what.isLive()) {
            throw usage("--fix-file tries patches on the database that --file makes. For a live database, use"
                    + " hedgerow prove --copy --fix <file>");
        }
        if (fix != null && earlier != null) {
            throw usage("--diff reports no leak: leave out --fix-file");
        }
        if (force && fix == null) {
            throw usage("--force is for --fix-file: leave it out");
        }
        for (var glob : wanted) {
            if (rules.pages().stream().noneMatch(page -> matches(glob, page.slug()))) {
                throw usage("there is no rule %s; see --list".formatted(glob));
            }
        }
    }

    private Baseline baseline() {
        try {
            return baseline == null ? Baseline.none() : Baseline.read(baseline);
        } catch (IOException e) {
            throw usage("the baseline cannot be read: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw usage(e.getMessage());
        }
    }

    private Reviewed reviewed(Reviewer reviewer) throws SQLException {
        return reviewed(reviewer, what);
    }

    private Reviewed reviewed(Reviewer reviewer, Where where) throws SQLException {
        return inspect.look(where, postgres.version(), source -> inspect.reviewed(reviewer, source));
    }

    private AccessMatrix access(Reviewed reviewed) {
        return switch (format) {
            case HTML, JSON -> AccessMatrix.of(reviewed.catalog(), reviewed.settings());
            case TEXT, SARIF, MARKDOWN, JUNIT, GITHUB -> AccessMatrix.NONE;
        };
    }

    // --- the difference ------------------------------------------------------------------------------------------

    /// Compares two databases, and prints the gaps of both sides, because they may hide a difference.
    private int diff(RuleCatalog rules) throws SQLException, IOException {
        inspect.checkDiff(format.name());
        var reader = new Reviewer(rules, inspect.config(rules), _ -> false);
        var before = reviewed(reader, inspect.other(earlier));
        var after = reviewed(reader);
        Stream.of(before, after)
                .flatMap(side -> side.review().gaps().stream())
                .forEach(gap -> err().println("partial: " + gap));
        inspect.doing("comparing");
        var diff = Diff.of(side(before), side(after));
        inspect.write((colour, out) -> diff.write(format, out));
        return InspectOptions.status(
                diff.fails(), before.review().partial() || after.review().partial());
    }

    private static Diff.Side side(Reviewed reviewed) {
        return new Diff.Side(reviewed.catalog(), reviewed.settings());
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private PrintWriter out() {
        return command.commandLine().getOut();
    }

    private PrintWriter err() {
        return command.commandLine().getErr();
    }
}
