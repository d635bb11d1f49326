package hedgerow.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The address of one database server, and the passwords of its roles, in libpq's password file format:
/// `PGPASSFILE=<path> psql ...` just works.
///
/// All lines have the same address and differ by user. Only the owner of the file may read it.
///
/// @see <a href="https://www.postgresql.org/docs/18/libpq-pgpass.html">PostgreSQL 18, 32.16</a>
public final class PasswordFile {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path path;
    private final Map<String, String> passwords = new LinkedHashMap<>();
    private String host = "";
    private int port;

    private PasswordFile(Path path) {
        this.path = path;
    }

    /// Reads `path`, or starts an empty file if there is none.
    public static PasswordFile read(Path path) throws IOException {
        var file = new PasswordFile(path);
        if (Files.exists(path)) {
            Files.readAllLines(path).forEach(file::add);
        }
        return file;
    }

    public Path path() {
        return path;
    }

    public Optional<String> password(String user) {
        return Optional.ofNullable(passwords.get(user));
    }

    /// Returns the password of `user`, and invents one if the user has none. [#write] stores it.
    public String orRandom(String user) {
        return passwords.computeIfAbsent(user, name -> random());
    }

    /// The URL by which `user` reaches `database`; empty if the file does not know that user.
    public Optional<DatabaseUrl> url(String database, String user) {
        return password(user)
                .map(password ->
                        new DatabaseUrl(host, port, database, Optional.of(user), Optional.of(password), Map.of()));
    }

    /// Replaces the file by one rename, so that a crash leaves either the old passwords or the new ones.
    public void write(String newHost, int newPort) throws IOException {
        host = newHost;
        port = newPort;
        writePrivately(
                path,
                passwords.entrySet().stream()
                        .map(entry -> "%s:%d:*:%s:%s%n"
                                .formatted(escaped(host), port, escaped(entry.getKey()), escaped(entry.getValue())))
                        .collect(Collectors.joining()));
    }

    /// Writes a file that only its owner can read, either completely or not at all.
    public static void writePrivately(Path path, String content) throws IOException {
        var folder = path.toAbsolutePath().getParent();
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        var fresh = Files.createTempFile(folder, path.getFileName().toString(), ".new", ownerOnly);
        try {
            Files.writeString(fresh, content);
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private void add(String line) {
        var fields = line.split("(?<!\\\\):"); // an unescaped colon
        if (fields.length == 5 && !line.startsWith("#")) {
            host = unescaped(fields[0]);
            port = Integer.parseInt(fields[1]);
            passwords.put(unescaped(fields[3]), unescaped(fields[4]));
        }
    }

    private static String escaped(String field) {
        return field.replaceAll("[\\\\:]", "\\\\$0");
    }

    private static String unescaped(String field) {
        return field.replaceAll("\\\\(.)", "$1");
    }

    /// A password that nobody can guess.
    static String random() {
        var bytes = new byte[24];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
