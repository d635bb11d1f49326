package hedgerow.server.cli;

import hedgerow.sql.Schema;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `hedgerow migrate`: brings one database up to date, or takes a step back.
@Command(
        name = "migrate",
        description = "Install or upgrade the schema. Each changeset is a transaction; a failed one is rolled back.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow migrate --database postgresql://postgres@localhost/shop",
            "  hedgerow migrate --status                    what would run, in the database of `hedgerow up`",
            "  hedgerow migrate --rollback 1                drops the newest schema file's tables, with their rows",
            "%nExit status: 0 done, 1 failed, 2 bad usage, 3 database unreachable."
        })
public final class MigrateCommand implements Callable<Integer> {

    @Spec
    private CommandSpec command;

    @Mixin
    private DatabaseOptions database;

    @Mixin
    private ModeOption mode;

    @ArgGroup
    private Instead instead = new Instead();

    /// What to do instead of migrating.
    private static final class Instead {
        @Option(
                names = {"--status", "--dry-run"},
                description = "List what would run, and change nothing.")
        private boolean status;

        @Option(
                names = "--rollback",
                paramLabel = "<n>",
                description = "Take back the last <n> schema files. Data in their tables is lost.")
        private int rollback;
    }

    @Override
    public Integer call() throws SQLException {
        var out = command.commandLine().getOut();
        var admin = database.admin();
        DatabaseOptions.connect(admin, out::println).close();
        var schema = new Schema(admin);
        if (instead.status) {
            status(schema, out);
        } else if (instead.rollback != 0) {
            rollback(schema, out);
        } else {
            var applied = schema.migrate(mode.mode(), out::println);
            out.printf(
                    "%s: %d changesets applied, %s mode%n",
                    admin, applied, schema.mode().orElseThrow());
        }
        return 0;
    }

    private void status(Schema schema, PrintWriter out) {
        var pending = schema.pending(mode.mode());
        pending.forEach(out::println);
        out.printf("%d changesets to apply%n", pending.size());
    }

    private void rollback(Schema schema, PrintWriter out) {
        try {
            schema.rollback(instead.rollback, out::println);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage(), e);
        }
    }
}
