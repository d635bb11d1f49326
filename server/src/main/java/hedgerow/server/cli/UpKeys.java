package hedgerow.server.cli;

import hedgerow.sql.DatabaseProblem;
import hedgerow.sql.DatabaseProblem.Code;
import hedgerow.sql.DatabaseUrl;
import hedgerow.sql.PasswordFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HexFormat;

/// The keys of the API that `hedgerow up` serves, stored beside its passwords, readable by their owner
/// only.
final class UpKeys {

    private static final int KEY_BYTES = 32;

    private final Path folder;

    UpKeys(Path passwordFile) {
        this.folder = passwordFile.toAbsolutePath().getParent();
    }

    /// The key that encrypts tenants' secrets. Without it they are lost.
    String credentialKey() {
        var file = folder.resolve("credential.key");
        return Files.exists(file) ? read(file) : make(file);
    }

    /// The key that encrypts the keys of wallets. Without it they can no longer pay.
    String walletKey() {
        var file = folder.resolve("wallet.key");
        return Files.exists(file) ? read(file) : make(file);
    }

    /// The bind key of a database in sealed mode. A new one is registered with the database.
    String bindKey(DatabaseUrl admin) {
        var file = folder.resolve("bind-%s.key".formatted(admin.database()));
        if (Files.exists(file)) {
            return read(file);
        }
        var key = make(file);
        try (var connection = DatabaseOptions.connect(admin, _ -> {})) {
            connection.setAutoCommit(false);
            try (var owner = connection.createStatement();
                    var create = connection.prepareStatement("select app_private.create_key('bind', ?)")) {
                owner.execute("set local role hedgerow_owner");
                create.setBytes(1, HexFormat.of().parseHex(key));
                create.execute();
            }
            connection.commit();
        } catch (SQLException e) {
            throw new DatabaseProblem(
                    Code.DATABASE_UNREACHABLE, "lost " + admin, e.getSQLState(), "start `hedgerow up` again", e);
        }
        return key;
    }

    private static String make(Path file) {
        var key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        var text = HexFormat.of().formatHex(key);
        try {
            PasswordFile.writePrivately(file, text + "\n");
            return text;
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    private static DatabaseProblem unusable(Path file, IOException cause) {
        return new DatabaseProblem(
                Code.DIRECTORY_UNUSABLE,
                "cannot keep a key in " + file,
                cause.toString(),
                "choose with --data a directory that you may write to",
                cause);
    }
}
