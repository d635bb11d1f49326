package hedgerow.sql;

import hedgerow.sql.DatabaseProblem.Code;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's own programs, unpacked once per user into `postgres-<version>-<digest of the archive>`.
///
/// The folder appears by one rename, so two processes may unpack at once, and a half-unpacked one is never used.
final class PostgresBinaries {

    private final Path folder;
    private final String version;

    private PostgresBinaries(Path folder) {
        this.folder = folder;
        this.version = folder.getFileName().toString().split("-")[1];
    }

    /// `18.6`
    String version() {
        return version;
    }

    int major() {
        return Integer.parseInt(version.split("\\.")[0]);
    }

    /// @param name `initdb`, `pg_ctl` or `postgres`
    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    static PostgresBinaries unpacked(Account account, Consumer<String> progress) {
        var archive = archiveName();
        var cache = cache(account);
        try {
            makeCache(cache, account);
            var digest = digest(archive);
            var found = find(cache, digest);
            return new PostgresBinaries(found != null ? found : unpack(archive, cache, digest, progress));
        } catch (IOException e) {
            throw Trouble.unusable(cache, "cannot unpack PostgreSQL into " + cache, e);
        }
    }

    private static Path unpack(String archive, Path cache, String digest, Consumer<String> progress)
            throws IOException {
        progress.accept("unpacking PostgreSQL into " + cache + " (once)");
        var fresh = Files.createTempDirectory(cache, "unpacking-");
        try {
            try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(open(archive))))) {
                for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    extract(tar, entry, fresh);
                }
            }
            Files.setPosixFilePermissions(fresh, Files.getPosixFilePermissions(cache));
            var version = versionOf(fresh.resolve("bin/postgres"));
            return publish(fresh, cache.resolve("postgres-%s-%s".formatted(version, digest)));
        } finally {
            Folders.delete(fresh);
        }
    }

    private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path root) throws IOException {
        var target = root.resolve(entry.getName()).normalize();
        if (!target.startsWith(root)) {
            throw new IOException("archive entry outside of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
        } else if (entry.isSymbolicLink()) {
            Files.createDirectories(target.getParent());
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else {
            Files.createDirectories(target.getParent());
            Files.copy(tar, target);
            Files.setPosixFilePermissions(target, permissions(entry.getMode()));
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        return PosixFilePermissions.fromString((mode & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--");
    }

    private static Path publish(Path fresh, Path target) throws IOException {
        try {
            return Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (FileSystemException e) {
            if (Files.isDirectory(target)) {
                return target; // another process was faster
            }
            throw e;
        }
    }

    /// `postgres (PostgreSQL) 18.6` or `postgres (PostgreSQL) 18.6 (Debian ...)`.
    private static String versionOf(Path postgres) throws IOException {
        var answer = Command.run(List.of(postgres.toString(), "--version"));
        if (!answer.succeeded()) {
            throw new IOException("%s does not run here: %s"
                    .formatted(postgres, answer.output().strip()));
        }
        return answer.output().strip().split(" ")[2];
    }

    private static Path find(Path cache, String digest) throws IOException {
        try (Stream<Path> folders = Files.list(cache)) {
            return folders.filter(folder -> folder.getFileName().toString().matches("postgres-[^-]+-" + digest))
                    .findFirst()
                    .orElse(null);
        }
    }

    private static String digest(String archive) throws IOException {
        try (var in = new DigestInputStream(open(archive), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Root's own cache is closed to uid 65534, so that account gets one that only root may write.
    private static Path cache(Account account) {
        if (account.isForeign()) {
            return Path.of("/var/cache/hedgerow");
        }
        var base = System.getenv("XDG_CACHE_HOME");
        return base != null && base.startsWith("/")
                ? Path.of(base, "hedgerow")
                : Path.of(System.getProperty("user.home"), ".cache", "hedgerow");
    }

    private static void makeCache(Path cache, Account account) throws IOException {
        Files.createDirectories(cache);
        Files.setPosixFilePermissions(
                cache, PosixFilePermissions.fromString(account.isForeign() ? "rwxr-xr-x" : "rwx------"));
    }

    private static InputStream open(String archive) {
        var in = PostgresBinaries.class.getResourceAsStream("/" + archive);
        if (in == null) {
            throw new DatabaseProblem(
                    Code.PLATFORM_UNSUPPORTED,
                    "this build carries no PostgreSQL for this platform",
                    "not on the classpath: " + archive,
                    "use a PostgreSQL of your own: hedgerow up --database <url>");
        }
        return in;
    }

    private static String archiveName() {
        var system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
        var machine = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        return "postgres-%s-%s.txz".formatted(system, machine);
    }
}
