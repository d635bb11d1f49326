package hedgerow.rls.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The folder layout of graphile-migrate: the scripts that its settings run after a reset, the committed
/// migrations, then the current one.
///
/// @see <a href="https://github.com/graphile/migrate#readme">graphile-migrate</a>
final class GraphileMigrate {

    private static final String SETTINGS = ".gmrc";
    private static final Pattern COMMITTED = Pattern.compile("(.*/)?committed/\\d+[^/]*\\.sql");
    private static final Pattern CURRENT = Pattern.compile("current(\\.sql|/[^/]*\\.sql)");

    private static final Pattern COMMENT = Pattern.compile("(?s)/\\*.*?\\*/|(?m)^\\s*//[^\n]*");
    private static final Pattern AFTER_RESET = Pattern.compile("afterReset[\"']?\\s*:\\s*\\[(?<files>[^\\]]*)]");
    private static final Pattern FILE = Pattern.compile("[\"']!?(?<name>[^\"'!\\s]+\\.sql)[\"']");

    private GraphileMigrate() {}

    static Optional<Layout> layout(Folder folder) {
        var committed = folder.scripts().stream()
                .filter(file -> COMMITTED.matcher(Folder.slashed(file)).matches())
                .toList();
        if (committed.isEmpty()) {
            return Optional.empty();
        }
        var home = Folder.parent(Folder.parent(committed.getFirst()));
        var files = new LinkedHashSet<Path>();
        first(folder, home).stream().filter(folder.scripts()::contains).forEach(files::add);
        files.addAll(committed);
        folder.scripts().stream()
                .filter(file -> file.startsWith(home) || home.equals(Path.of("")))
                .filter(file ->
                        CURRENT.matcher(Folder.slashed(home.relativize(file))).matches())
                .forEach(files::add);
        return Optional.of(new Layout("graphile-migrate", Layout.BY_NUMBER, List.copyOf(files), List.of()));
    }

    /// The scripts of `afterReset`, from the settings beside the folder of migrations or in it.
    private static List<Path> first(Folder folder, Path home) {
        var names = new ArrayList<Path>();
        for (var settings :
                List.of(folder.root().resolve(home), above(folder.root().resolve(home)))) {
            var list = AFTER_RESET.matcher(
                    COMMENT.matcher(text(settings.resolve(SETTINGS))).replaceAll(""));
            if (list.find()) {
                var file = FILE.matcher(list.group("files"));
                while (file.find()) {
                    names.add(home.resolve(file.group("name")).normalize());
                }
                return names;
            }
        }
        return List.of(home.resolve("afterReset.sql"));
    }

    private static Path above(Path folder) {
        return folder.resolve("..").normalize();
    }

    private static String text(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        } catch (IOException e) {
            throw new LoadProblem(file + " cannot be read", "check who may read it");
        }
    }
}
