package hedgerow.server.cli;

import hedgerow.sql.Migrations;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The command `hedgerow migrate`: brings one database up to date, or takes a step back.
@Command(
        name = "migrate",
        description = "Install or upgrade the schema. Each changeset is a transaction; a failed one is rolled back.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow migrate --admin-database postgresql://postgres@localhost/shop",
            "  hedgerow migrate --status                    what would run, in the database of `hedgerow up`",
            "  hedgerow migrate --rollback 1 --dry-run      what taking back the newest schema file would undo",
            "  hedgerow migrate --rollback 1                drops the newest schema file's tables, with their rows"
        })
public final class MigrateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private ModeOption mode;

    @Option(
            names = {"--dry-run", "--status"},
            description = "List what would run, or what --rollback would take back, and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--rollback",
            paramLabel = "<n>",
            description = "Take back the last <n> schema files (at least 1). Data in their tables is lost.")
    private Optional<Integer> rollback = Optional.empty();

    @Override
    public Integer call() throws SQLException {
        var out = command.commandLine().getOut();
        var admin = database.admin();
        DatabaseOptions.connect(admin, out::println).close();
        var schema = mode.sealing(new Migrations(admin, warning -> out.println("warning: " + warning)));
        if (rollback.isPresent()) {
            rollback(schema, rollback.get(), out);
        } else if (dryRun) {
            var pending = schema.pending(mode.mode());
            pending.forEach(out::println);
            out.printf("%d changesets to apply%n", pending.size());
        } else {
            var applied = schema.migrate(mode.mode(), out::println);
            out.printf("%s: %d changesets applied, %s%n", admin, applied, ModeOption.installed(schema));
        }
        return 0;
    }

    private void rollback(Migrations schema, int count, PrintWriter out) {
        try {
            if (dryRun) {
                var undone = schema.rollbackPreview(count);
                undone.forEach(name -> out.println("would roll back " + name));
                out.printf("%d changesets to roll back; the rows of their tables would be lost%n", undone.size());
            } else {
                schema.rollback(count, out::println);
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), "--rollback: " + e.getMessage(), e);
        }
    }
}
