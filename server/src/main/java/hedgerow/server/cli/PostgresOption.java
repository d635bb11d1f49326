package hedgerow.server.cli;

import hedgerow.sql.EmbeddedPostgres;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The version of the PostgreSQL that Hedgerow runs itself.
final class PostgresOption {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    private int version = EmbeddedPostgres.USUAL;

    @Option(
            names = "--postgres",
            paramLabel = "<version>",
            description = "The PostgreSQL version that Hedgerow starts: 15, 16, 17 or 18 (default: 18).")
    private void set(int wanted) {
        if (!EmbeddedPostgres.VERSIONS.contains(wanted)) {
            throw new ParameterException(
                    command.commandLine(), "--postgres must be one of %s".formatted(EmbeddedPostgres.VERSIONS));
        }
        version = wanted;
    }

    int version() {
        return version;
    }
}
