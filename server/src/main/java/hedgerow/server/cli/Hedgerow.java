package hedgerow.server.cli;

import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/// The command line, `hedgerow`.
@Command(
        name = "hedgerow",
        description = "Keeps tenants apart in PostgreSQL, and shows that it does.",
        versionProvider = Hedgerow.Version.class)
public final class Hedgerow {

    private static final List<Class<?>> SUBCOMMANDS = List.of(
            UpCommand.class,
            ServeCommand.class,
            WorkCommand.class,
            ListenCommand.class,
            McpCommand.class,
            SandboxCommand.class,
            MigrateCommand.class,
            SqlCommand.class,
            KeysCommand.class,
            TenantsCommand.class,
            ReviewCommand.class,
            ProveCommand.class,
            ProbeCommand.class,
            WhyCommand.class,
            OpenApiCommand.class,
            RehearseCommand.class);

    /// The exception that the library appends to its message about a value.
    private static final Pattern JAVA = Pattern.compile(" \\(java\\.[\\w.]+: .*\\)$", Pattern.DOTALL);

    private static final int HELP_WIDTH = 110;

    @Spec
    private CommandSpec command;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "Show this help.")
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    private Hedgerow() {}

    public static void main(String[] arguments) {
        System.exit(execute(arguments));
    }

    /// Runs a command, without the subcommands that were not requested: reading every option of every
    /// subcommand takes longer than most of them do.
    static int execute(String... arguments) {
        var asked = Arrays.stream(arguments).findFirst().orElse("");
        var named = SUBCOMMANDS.stream().filter(type -> isCalled(type, asked)).toList();
        try {
            return commandLine(named.isEmpty() ? SUBCOMMANDS : named).execute(arguments);
        } catch (Error e) { // the library lets errors through
            return defect(new PrintWriter(System.err, true), ("hedgerow " + asked).strip(), e);
        }
    }

    private static int defect(PrintWriter err, String command, Throwable failure) {
        err.printf("error: internal error in %s. Report it, with the lines below.%n", command);
        failure.printStackTrace(err);
        return ExitStatus.INTERNAL.code();
    }

    private static boolean isCalled(Class<?> subcommand, String name) {
        return subcommand.getAnnotation(Command.class).name().equals(name);
    }

    static CommandLine commandLine() {
        return commandLine(SUBCOMMANDS);
    }

    private static CommandLine commandLine(List<Class<?>> subcommands) {
        var root = new CommandLine(new Hedgerow());
        subcommands.forEach(type -> root.addSubcommand(new CommandLine(type))); // it applies model transformers
        ExitStatus.explain(root);
        return root.setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(HELP_WIDTH)
                .setParameterExceptionHandler(Hedgerow::badUsage)
                .setExecutionExceptionHandler(Hedgerow::failed);
    }

    @Command(
            name = "completion",
            description = "Print a completion script for bash and zsh.",
            footerHeading = "%nExample, for ~/.bashrc or (after compinit) ~/.zshrc:%n",
            footer = "  source <(hedgerow completion)")
    void completion() {
        var root = command.commandLine();
        root.getOut().print(AutoComplete.bash(command.name(), root));
        root.getOut().flush();
    }

    private static int badUsage(ParameterException problem, String[] arguments) {
        var command = problem.getCommandLine();
        var err = command.getErr();
        err.println("error: " + JAVA.matcher(problem.getMessage()).replaceFirst(""));
        UnmatchedArgumentException.printSuggestions(problem, err);
        err.printf("  hint: see %s --help%n", command.getCommandSpec().qualifiedName());
        return ExitStatus.REFUSED.code();
    }

    private static int failed(Exception failure, CommandLine command, ParseResult result) {
        var err = command.getErr();
        switch (failure) {
            case DatabaseProblem problem -> {
                err.println(problem);
                var reached = problem.code() != Code.DATABASE_UNREACHABLE;
                return (reached ? ExitStatus.FOUND : ExitStatus.UNREACHABLE).code();
            }
            case SQLException e -> err.printf("error: SQLSTATE %s: %s%n", e.getSQLState(), e.getMessage());
            case IOException e -> err.println("error: " + e);
            case UncheckedIOException e -> err.println("error: " + e.getCause());
            default -> {
                return defect(err, command.getCommandSpec().qualifiedName(), failure);
            }
        }
        return ExitStatus.FOUND.code();
    }

    /// The version in the manifest of the jar.
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            var version = Optional.ofNullable(Hedgerow.class.getPackage().getImplementationVersion());
            return new String[] {"hedgerow " + version.orElse("(not packaged)")};
        }
    }
}
