package hedgerow.server.cli;

import hedgerow.rls.copy.SchemaCopy;
import hedgerow.rls.prove.Cell;
import hedgerow.rls.prove.Fixer;
import hedgerow.rls.prove.Fixes;
import hedgerow.rls.prove.Proofs;
import hedgerow.rls.report.FixScript;
import hedgerow.rls.review.Reviewed;
import hedgerow.rls.review.Reviewer;
import hedgerow.server.cli.InspectOptions.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// The file that verified fixes are written to, or standard output.
final class FixFile {

    /// The time limit of all fixes together.
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final CommandSpec command;
    private final InspectOptions inspect;
    private final String option;
    private final Optional<Path> path;
    private final PrintWriter err;

    /// A file for fixes.
    ///
    /// @param option its name on the command line
    /// @param file `-` for standard output
    FixFile(CommandSpec command, InspectOptions inspect, String option, String file, boolean force) {
        this.command = command;
        this.inspect = inspect;
        this.option = option;
        this.path = file.equals("-") ? Optional.empty() : Optional.of(Path.of(file));
        this.err = command.commandLine().getErr();
        check(force);
    }

    /// Checks the file first, so that no long work is lost because the fixes cannot be saved.
    private void check(boolean force) {
        if (path.isEmpty() && !inspect.hasOutput()) {
            throw usage("%s - would mix fixes with the report: name a file, or send the report to one with --output"
                    .formatted(option));
        }
        path.filter(file -> Files.exists(file) && !force).ifPresent(file -> {
            throw usage("%s: %s exists: name another file, or add --force to replace it".formatted(option, file));
        });
        path.map(Path::toAbsolutePath)
                .filter(file -> !Files.isDirectory(file.getParent()))
                .ifPresent(file -> {
                    throw usage("%s: there is no folder %s: make it first".formatted(option, file.getParent()));
                });
    }

    // --- looking for fixes ---------------------------------------------------------------------------------------

    /// Writes the fixes of a database that files create, on a newly created one: where leaks were tried,
    /// the roles have changed.
    void ofFiles(Where where, int postgres, Reviewer reviewer, Reviewed reviewed, Proofs proofs, Duration timeout)
            throws SQLException {
        inspect.doing("looking for fixes");
        write(
                reviewed,
                inspect.look(where, postgres, fresh -> find(fresh.connection(), reviewer, proofs, Map.of(), timeout)),
                Optional.of(reviewed.catalog().server().database()));
    }

    /// Writes the fixes of a live database, found on a copy of its own.
    void ofCopy(Source source, Reviewer reviewer, Reviewed reviewed, Proofs proofs, Duration timeout)
            throws SQLException {
        inspect.doing("looking for fixes");
        var progress = new TerminalProgress(err);
        try (var copied = SchemaCopy.of(source.connection(), reviewed.catalog(), progress::say)) {
            progress.clear();
            var everywhere = copied.missing().stream()
                    .filter(SchemaCopy.Missing::everywhere)
                    .findFirst();
            var fixes = everywhere.isPresent()
                    ? untried(proofs, "not tried: the copy lacks " + everywhere.get())
                    : find(copied.connection(), reviewer, proofs, copied.lacking(), timeout);
            write(reviewed, fixes, Optional.empty());
        } finally {
            progress.clear();
        }
    }

    private static Fixes untried(Proofs proofs, String why) {
        var open = proofs.cells().stream().filter(Cell::isOpen).toList();
        return new Fixes(
                List.of(), open.stream().map(cell -> new Fixes.Left(cell, why)).toList(), open.size());
    }

    private Fixes find(
            Connection scratch, Reviewer reviewer, Proofs proofs, Map<String, String> lacking, Duration timeout)
            throws SQLException {
        var progress = new TerminalProgress(err);
        scratch.setAutoCommit(false);
        try {
            return Fixer.find(
                    scratch, reviewer::settings, proofs, lacking, timeout, LIMIT, at -> progress.say("fixing: " + at));
        } finally {
            progress.clear();
            if (!scratch.isClosed()) {
                scratch.rollback();
                scratch.setAutoCommit(true);
            }
        }
    }

    // --- writing them --------------------------------------------------------------------------------------------

    private void write(Reviewed reviewed, Fixes fixes, Optional<String> scratch) {
        var script = new FixScript(fixes, reviewed.review().server(), scratch);
        try {
            if (path.isEmpty()) {
                script.write(command.commandLine().getOut());
                command.commandLine().getOut().flush();
            } else {
                try (var file = Files.newBufferedWriter(path.get(), StandardCharsets.UTF_8)) {
                    script.write(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        err.println("fixes: " + script.summary() + path.map(file -> ": " + file).orElse(""));
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
