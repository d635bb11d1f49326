package hedgerow.server.cli;

import hedgerow.rls.load.LoadProblem;
import hedgerow.rls.load.LoadedDatabase;
import hedgerow.rls.load.Preset;
import hedgerow.rls.review.Config;
import hedgerow.rls.review.ConfigProblem;
import hedgerow.rls.review.Origin;
import hedgerow.rls.review.Reviewed;
import hedgerow.rls.review.Reviewer;
import hedgerow.rls.review.RuleCatalog;
import hedgerow.sql.DatabaseProblem;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The common options of every command that inspects a database: how it is inspected, and where the report
/// goes.
final class InspectOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--preset",
            paramLabel = "<name>",
            description = "The platform whose roles and schemas are assumed: ${COMPLETION-CANDIDATES}.")
    private Preset preset;

    @Option(
            names = "--search-path",
            paramLabel = "<name>",
            split = ",",
            description = "The schemas in which the files' migration tool works, such as Flyway's default schema"
                    + " (default: public).")
    private List<String> searchPath = List.of();

    @Option(
            names = "--schema",
            paramLabel = "<name>",
            description = "Inspect this schema; repeatable (default: all that are not the system's or an extension's).")
    private List<String> schemas = List.of();

    @Option(
            names = "--config",
            paramLabel = "<file>",
            description = "Default: hedgerow.yaml, in this directory or above it.")
    private Path config;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "<file>",
            description = "Write the report to this file (default: standard output).")
    private Path output;

    /// The present step, for the message of an internal error.
    private String doing = "reading the rules";

    /// A database to inspect.
    ///
    /// @param loaded set if files created the database
    record Source(Connection connection, Origin origin, Optional<LoadedDatabase> loaded) {}

    @FunctionalInterface
    interface Inspection<T> {
        T of(Source source) throws SQLException;
    }

    @FunctionalInterface
    interface Written {
        void write(boolean colour, Writer out) throws IOException;
    }

    void doing(String what) {
        doing = what;
    }

    /// Whether the report goes to a file.
    boolean hasOutput() {
        return output != null;
    }

    boolean hasPreset() {
        return preset != null;
    }

    Config config(RuleCatalog rules) {
        var file = config == null ? Config.find(Path.of("")) : Optional.of(config);
        var said = file.map(path -> Config.read(path, rules)).orElse(Config.NONE);
        var read = preset == null ? said : said.or(preset.config());
        return schemas.isEmpty() ? read : read.withSchemas(schemas);
    }

    /// Runs `work`, and reports the failure that stopped it.
    int guarded(Callable<Integer> work) throws Exception {
        try {
            return work.call();
        } catch (ConfigProblem | LoadProblem problem) {
            err().println(problem);
            return ExitStatus.REFUSED.code();
        } catch (SQLException e) {
            err().printf("error: nothing was checked: SQLSTATE %s: %s%n", e.getSQLState(), e.getMessage());
            return ExitStatus.PARTIAL.code();
        } catch (ParameterException | DatabaseProblem problem) {
            throw problem;
        } catch (RuntimeException | StackOverflowError e) {
            err().printf("error: internal error while %s. Report it, with the lines below.%n", doing);
            e.printStackTrace(err());
            return ExitStatus.INTERNAL.code();
        }
    }

    <T> T look(Where where, int postgres, Inspection<T> inspection) throws SQLException {
        return where.isLive() ? live(where, inspection) : files(where, postgres, inspection);
    }

    private <T> T live(Where where, Inspection<T> inspection) throws SQLException {
        if (!searchPath.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(), "--search-path is for --file: a database has a search path of its own");
        }
        var url = where.url();
        try (var connection = DatabaseOptions.connect(url, err()::println)) {
            var name = "database %s on %s:%d".formatted(url.database(), url.host(), url.port());
            return inspection.of(new Source(connection, Origin.live(name), Optional.empty()));
        }
    }

    private <T> T files(Where where, int postgres, Inspection<T> inspection) throws SQLException {
        doing = "loading the files";
        var progress = new TerminalProgress(err());
        try (var loaded =
                LoadedDatabase.load(where.files(), postgres, Optional.ofNullable(preset), searchPath, progress::say)) {
            progress.clear();
            return inspection.of(new Source(loaded.connection(), loaded.origin(), Optional.of(loaded)));
        } finally {
            progress.clear();
        }
    }

    Reviewed reviewed(Reviewer reviewer, Source source) throws SQLException {
        doing = "reviewing " + source.origin().name();
        var progress = new TerminalProgress(err());
        try {
            Optional<Reviewer.Stage> stage = source.loaded().map(loaded -> loaded::stage);
            return reviewer.review(source.connection(), source.origin(), progress, stage);
        } finally {
            progress.clear();
        }
    }

    /// The database that `--diff` names.
    Where other(String other) {
        try {
            return Where.of(other);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--diff: " + e.getMessage());
        }
    }

    /// Checks that `--diff` suits the other options.
    ///
    /// @param format of the report
    void checkDiff(String format) {
        if (!List.of("TEXT", "JSON", "MARKDOWN").contains(format)) {
            throw new ParameterException(command.commandLine(), "--diff writes text, json or markdown");
        }
    }

    static int status(boolean fails, boolean partial) {
        var status = fails ? ExitStatus.FOUND : partial ? ExitStatus.PARTIAL : ExitStatus.CLEAN;
        return status.code();
    }

    void write(Written written) throws IOException {
        if (output == null) {
            written.write(TerminalProgress.isColourful(), command.commandLine().getOut());
            return;
        }
        try (var file = Files.newBufferedWriter(output, StandardCharsets.UTF_8)) {
            written.write(false, file);
        }
    }

    private PrintWriter err() {
        return command.commandLine().getErr();
    }
}
