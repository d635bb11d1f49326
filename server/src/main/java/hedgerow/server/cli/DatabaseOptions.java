package hedgerow.server.cli;

import hedgerow.sql.Connector;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.EmbeddedPostgres;
import hedgerow.sql.PasswordFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// The database that a command works on: a URL, or the one that `hedgerow up` keeps.
final class DatabaseOptions {

    /// The database that `hedgerow up` creates on its own server.
    static final String EMBEDDED_DATABASE = "hedgerow";

    private static final String ADMIN = "--admin-database";

    /// The time to wait for a database: a suspended compute is back within seconds.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = ADMIN,
            paramLabel = "<url>",
            defaultValue = "${env:HEDGEROW_ADMIN_DATABASE}",
            converter = UrlConverter.class,
            description = {
                "An existing PostgreSQL, 15 to 18, as its administrator, such as:",
                "postgresql://admin@host/name?sslmode=require",
                "Default: HEDGEROW_ADMIN_DATABASE. Keep passwords in PGPASSFILE, or in that variable."
            })
    private DatabaseUrl url;

    /// The option's former name, which elsewhere means the application's URL.
    private Optional<DatabaseUrl> old = Optional.empty();

    @Option(names = "--database", hidden = true, converter = UrlConverter.class)
    private void oldName(DatabaseUrl given) {
        old = Optional.of(given);
        command.commandLine()
                .getErr()
                .printf("warning: --database is the application's database elsewhere. Use %s here.%n", ADMIN);
    }

    @Option(
            names = "--data",
            paramLabel = "<dir>",
            description = "Directory of the server that `hedgerow up` runs (default: ~/.hedgerow).")
    private Path data;

    Optional<DatabaseUrl> url() {
        if (old.isPresent() && command.commandLine().getParseResult().hasMatchedOption(ADMIN)) {
            throw new ParameterException(
                    command.commandLine(), "%s and --database are one option; leave --database out".formatted(ADMIN));
        }
        return old.or(() -> Optional.ofNullable(url));
    }

    /// The directory for the data of this machine.
    Path data() {
        return data == null ? EmbeddedPostgres.defaultDirectory() : data;
    }

    /// The administrator's URL, given or of the server that `up` runs.
    DatabaseUrl admin() {
        return url().or(this::running)
                .orElseThrow(() -> new ParameterException(
                        command.commandLine(),
                        ("No server runs in %s. Run `hedgerow up` first, or name a database by --admin-database or"
                                        + " HEDGEROW_ADMIN_DATABASE.")
                                .formatted(data())));
    }

    /// Connects, and waits for a suspended database.
    static Connection connect(DatabaseUrl url, Consumer<String> progress) {
        return Connector.await(url, PATIENCE, progress);
    }

    private Optional<DatabaseUrl> running() {
        try {
            return PasswordFile.read(data().resolve("pgpass")).url(EMBEDDED_DATABASE, EmbeddedPostgres.SUPERUSER);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Parses a URL; its messages never repeat the value, which may hold a password.
    static final class UrlConverter implements ITypeConverter<DatabaseUrl> {
        @Override
        public DatabaseUrl convert(String value) {
            try {
                return DatabaseUrl.parse(value);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }
}
