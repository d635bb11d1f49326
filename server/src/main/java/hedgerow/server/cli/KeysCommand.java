package hedgerow.server.cli;

import hedgerow.sql.PasswordFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// The command `hedgerow keys`: the keys by which a sealed database recognizes its application.
///
/// The database stores the two padded forms that HMAC needs, which are equivalent to the key; the
/// application stores the key.
@Command(
        name = "keys",
        description = "Create, rotate, list and retire the keys of sealed mode.",
        synopsisSubcommandLabel = "create|rotate|list|retire",
        footerHeading = "%nExamples:%n",
        footer = {
            "  hedgerow keys create --out /run/secrets/hedgerow.key",
            "  hedgerow keys rotate --out new.key           give it to the application, then:",
            "  hedgerow keys retire 0199b2c4-...            tokens under that key end at once",
            "%nKeep them out of dumps: pg_dump --exclude-table-data=app_private.seal_key"
        })
public final class KeysCommand {

    private static final int KEY_BYTES = 32;

    @Spec
    private CommandSpec command;

    @FunctionalInterface
    private interface Work {
        void on(Connection connection) throws SQLException, IOException;
    }

    @Command(name = "create", description = "Make the first key. Its value is shown once, or written to --out.")
    int create(@Mixin DatabaseOptions database, @Mixin KeyOptions options) throws SQLException, IOException {
        return asOwner(database, connection -> {
            if (active(connection, "bind") > 0) {
                throw usage("there is a key already: use `hedgerow keys rotate`");
            }
            make(connection, options);
            if (isSealed(connection) && active(connection, "seal") == 0) { // restored from a dump without keys
                makeSealKey(connection);
            }
        });
    }

    @Command(
            name = "rotate",
            description =
                    "Make a new key, and in sealed mode a new seal key. The old ones are valid until they are retired.")
    int rotate(@Mixin DatabaseOptions database, @Mixin KeyOptions options) throws SQLException, IOException {
        return asOwner(database, connection -> {
            make(connection, options);
            if (isSealed(connection)) {
                makeSealKey(connection);
            }
            out().println("When every application has the new key, retire the old ones: hedgerow keys retire <id>");
            print(connection);
        });
    }

    @Command(name = "list", description = "List the keys; never their values.")
    int list(@Mixin DatabaseOptions database) throws SQLException, IOException {
        return asOwner(database, this::print);
    }

    @Command(name = "retire", description = "End a key at once.")
    int retire(
            @Mixin DatabaseOptions database,
            @Parameters(paramLabel = "<id>", description = "The id that `hedgerow keys list` shows.") UUID id)
            throws SQLException, IOException {
        return asOwner(database, connection -> {
            try (var statement = connection.prepareStatement("select app_private.retire_key(?)")) {
                statement.setObject(1, id);
                if (!only(statement.executeQuery()).getBoolean(1)) {
                    throw usage("no active key has the id " + id);
                }
            }
            out().println("retired " + id);
            if (active(connection, "bind") == 0 || isSealed(connection) && active(connection, "seal") == 0) {
                out().println("No key of that purpose is left: a sealed database now refuses every session. "
                        + "Run: hedgerow keys create, or rotate");
            }
        });
    }

    /// The file for a new key.
    static final class KeyOptions {
        @Option(
                names = "--out",
                paramLabel = "<path>",
                description = "Write the key to this new file, in hexadecimal, readable by its owner only.")
        private Path out;
    }

    private int asOwner(DatabaseOptions database, Work work) throws SQLException, IOException {
        try (var connection = DatabaseOptions.connect(database.admin(), out()::println)) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("set local role hedgerow_owner");
            }
            work.on(connection);
            connection.commit();
        }
        out().flush();
        return 0;
    }

    /// Creates a key. Its value leaves this method before the commit, so that no key is ever in force that
    /// nobody has.
    private void make(Connection connection, KeyOptions options) throws SQLException, IOException {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        var text = HexFormat.of().formatHex(key);
        try (var statement = connection.prepareStatement("select app_private.create_key('bind', ?)")) {
            statement.setBytes(1, key);
            out().println("key " + only(statement.executeQuery()).getString(1));
        }
        if (options.out == null) {
            out().println(text);
            out().println("It is shown only this once: keep it where the application finds it.");
        } else {
            if (Files.exists(options.out)) {
                throw usage("%s exists".formatted(options.out));
            }
            PasswordFile.writePrivately(options.out, text + "\n");
            out().println("written to " + options.out);
        }
        if (!isSealed(connection)) {
            out().println("This database is in plain mode and checks no token. The key takes effect once it is"
                    + " sealed.");
        }
    }

    private static boolean isSealed(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            return only(statement.executeQuery("select app_private.mode() = 'sealed'"))
                    .getBoolean(1);
        }
    }

    private void print(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                    select id, purpose, created_at::timestamptz(0), retired_at::timestamptz(0)
                      from app_private.seal_key
                     order by created_at
                    """)) {
            out().printf("%-36s  %-7s  %-25s  %s%n", "id", "purpose", "created", "retired");
            while (rows.next()) {
                var retired = rows.getString(4);
                out().printf(
                                "%-36s  %-7s  %-25s  %s%n",
                                rows.getString(1),
                                rows.getString(2),
                                rows.getString(3),
                                retired == null ? "-" : retired);
            }
        }
    }

    /// Creates a seal key, which never leaves the database.
    private void makeSealKey(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            out().println("seal key "
                    + only(statement.executeQuery("select app_private.create_key('seal')"))
                            .getString(1));
        }
    }

    private static int active(Connection connection, String purpose) throws SQLException {
        var sql = "select count(*) from app_private.seal_key where purpose = ? and retired_at is null";
        try (var statement = connection.prepareStatement(sql)) {
            statement.setString(1, purpose);
            return only(statement.executeQuery()).getInt(1);
        }
    }

    private static ResultSet only(ResultSet rows) throws SQLException {
        rows.next();
        return rows;
    }

    private ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private PrintWriter out() {
        return command.commandLine().getOut();
    }
}
