package hedgerow.sql;

import hedgerow.sql.DatabaseProblem.Code;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's own programs, unpacked once per user into `postgres-<version>-<digest of the archive>`.
///
/// The folder appears by one rename, so that two processes may unpack concurrently, and a half-unpacked
/// folder is never used.
final class PostgresBinaries {

    /// The folders that this process has found: to find one again, the whole archive would be read.
    private static final Map<Unpacked, PostgresBinaries> UNPACKED = new ConcurrentHashMap<>();

    private record Unpacked(int major, Account account) {}

    private final Path folder;
    private final String version;

    private PostgresBinaries(Path folder) {
        this.folder = folder;
        this.version = folder.getFileName().toString().split("-")[1];
    }

    /// The version, such as `18.6`.
    String version() {
        return version;
    }

    int major() {
        return Integer.parseInt(version.split("\\.")[0]);
    }

    Path folder() {
        return folder;
    }

    /// The path of a program.
    ///
    /// @param name `initdb`, `pg_ctl` or `postgres`
    String program(String name) {
        return folder.resolve("bin").resolve(name).toString();
    }

    /// Unpacks the programs unless they are there.
    ///
    /// @param major 15 to 18
    static PostgresBinaries unpacked(int major, Account account, Consumer<String> progress) {
        var known = UNPACKED.get(new Unpacked(major, account));
        if (known != null && Files.isDirectory(known.folder)) {
            return known;
        }
        var found = unpack(major, account, progress);
        UNPACKED.put(new Unpacked(major, account), found);
        return found;
    }

    private static PostgresBinaries unpack(int major, Account account, Consumer<String> progress) {
        var cache = cache(account);
        try (var jar = new JarFile(jar(major).toFile())) {
            var archive = archive(jar);
            makeCache(cache, account);
            var digest = digest(archive);
            var found = find(cache, digest);
            return new PostgresBinaries(found != null ? found : unpack(archive, cache, digest, progress));
        } catch (IOException e) {
            throw Trouble.unusable(cache, "cannot unpack PostgreSQL into " + cache, e);
        }
    }

    private static Path unpack(Archive archive, Path cache, String digest, Consumer<String> progress)
            throws IOException {
        progress.accept("unpacking PostgreSQL into " + cache + " (once)");
        var fresh = Files.createTempDirectory(cache, "unpacking-");
        try {
            try (var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive.open())))) {
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

    /// Gives a folder its name, unless another process was faster.
    ///
    /// @return the folder of that name
    static Path publish(Path fresh, Path target) throws IOException {
        try {
            return Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw e;
        } catch (FileSystemException e) {
            if (Files.isDirectory(target)) {
                return target;
            }
            throw e;
        }
    }

    /// Parses the version out of `postgres (PostgreSQL) 18.6` or `postgres (PostgreSQL) 18.6 (Debian ...)`.
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

    private static String digest(Archive archive) throws IOException {
        try (var in = new DigestInputStream(archive.open(), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The cache folder. Root's own cache is closed to uid 65534, so that account gets one that only root
    /// may write.
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

    // --- the jars ------------------------------------------------------------------------------------------------

    @FunctionalInterface
    private interface Archive {
        InputStream open() throws IOException;
    }

    /// Finds the jar of a version. All jars contain their archive under the same name, so they lie beside
    /// the class path, not on it: in the folder `postgres` beside our own jar or folder of classes.
    private static Path jar(int major) throws IOException {
        var folder = code().resolveSibling("postgres");
        if (Files.isDirectory(folder)) {
            try (var jars = Files.newDirectoryStream(folder, "*-%d.*.jar".formatted(major))) {
                for (var jar : jars) {
                    return jar;
                }
            }
        }
        throw unsupported("no PostgreSQL %d in %s".formatted(major, folder));
    }

    private static Path code() {
        try {
            return Path.of(PostgresBinaries.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Archive archive(JarFile jar) {
        var name = archiveName();
        var entry = jar.getJarEntry(name);
        if (entry == null) {
            throw unsupported("no %s in %s".formatted(name, jar.getName()));
        }
        return () -> jar.getInputStream(entry);
    }

    private static DatabaseProblem unsupported(String what) {
        return new DatabaseProblem(
                Code.PLATFORM_UNSUPPORTED,
                "this build has no such PostgreSQL for this platform",
                what,
                "use your own PostgreSQL: hedgerow up --admin-database <url>");
    }

    private static String archiveName() {
        var system = System.getProperty("os.name").startsWith("Mac") ? "darwin" : "linux";
        var machine = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
        return "postgres-%s-%s.txz".formatted(system, machine);
    }
}
