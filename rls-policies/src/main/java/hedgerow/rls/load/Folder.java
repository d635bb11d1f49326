package hedgerow.rls.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A directory under review: the scripts below it, and the other files beside them.
///
/// @param root in the user's spelling
/// @param scripts `.sql` files below `root`, relative to it, numbers in their names by value
/// @param others the other files below `root`, relative to it
record Folder(Path root, List<Path> scripts, List<Path> others) {

    /// The order with numbers by value: `V2` before `V10`.
    static final Comparator<Path> NATURAL = Comparator.comparing(Folder::naturally);

    /// The order character by character: `10` before `2`.
    static final Comparator<Path> BY_NAME = Comparator.comparing(Path::toString);

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final int WIDEST = 40;

    /// Versions in other languages than SQL, as migration tools name them.
    private static final Pattern CODE =
            Pattern.compile("[VR]?\\d[\\d._]*[_.-].*\\.(js|mjs|cjs|ts|mts|py|rb|go|java|kt|php|exs|xml|ya?ml)");
    private static final Pattern NO_MIGRATION = Pattern.compile(".*(\\.d\\.ts|[._](down|test|spec)\\.\\w+)");

    /// Reads a directory.
    ///
    /// @param most the largest number of scripts
    /// @throws LoadProblem if there are more, or it cannot be read
    static Folder read(Path root, int most) {
        try (Stream<Path> inside = Files.walk(root)) {
            var files =
                    inside.filter(Files::isRegularFile).map(root::relativize).toList();
            var scripts =
                    files.stream().filter(Folder::isScript).sorted(NATURAL).toList();
            if (scripts.size() > most) {
                throw new LoadProblem("%s holds more than %d files".formatted(root, most), "name a smaller directory");
            }
            var others = files.stream().filter(file -> !isScript(file)).toList();
            return new Folder(root, scripts, others);
        } catch (IOException e) {
            throw new LoadProblem(root + " cannot be read", "check who may read it");
        }
    }

    static String name(Path file) {
        return file.getFileName().toString();
    }

    /// Whether it has a script or other file whose whole relative path matches.
    boolean holds(String pattern) {
        var path = Pattern.compile(pattern);
        return Stream.concat(scripts.stream(), others.stream())
                .anyMatch(file -> path.matcher(slashed(file)).matches());
    }

    /// The real path, with slashes.
    String realPath() {
        try {
            return slashed(root.toRealPath());
        } catch (IOException e) {
            throw new LoadProblem(root + " cannot be read", "check who may read it");
        }
    }

    static String slashed(Path path) {
        return path.toString().replace('\\', '/');
    }

    /// Migrations in other languages beside the scripts: their changes are missing.
    List<Path> code() {
        var folders = scripts.stream().map(Folder::parent).distinct().toList();
        return others.stream()
                .filter(file -> folders.contains(parent(file)))
                .filter(file -> CODE.matcher(name(file)).matches())
                .filter(file -> !NO_MIGRATION.matcher(name(file)).matches())
                .sorted(NATURAL)
                .toList();
    }

    static Path parent(Path file) {
        return file.getParent() == null ? Path.of("") : file.getParent();
    }

    private static boolean isScript(Path file) {
        return file.toString().endsWith(".sql");
    }

    /// The path as a sort key: numbers are widened, so that text order is their order.
    private static String naturally(Path file) {
        return NUMBER.matcher(file.toString())
                .replaceAll(number ->
                        "0".repeat(Math.max(0, WIDEST - number.group().length())) + number.group());
    }
}
