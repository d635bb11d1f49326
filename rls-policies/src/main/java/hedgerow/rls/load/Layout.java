package hedgerow.rls.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The folder layout of a migration tool: which files it runs, and in which order.
///
/// @param tool as the report names it
/// @param order of `files`, in a few words: `by number`
/// @param files relative to the folder
/// @param missing files that the tool would run and that do not exist
record Layout(String tool, String order, List<Path> files, List<String> missing) {

    private static final String PLAIN = "plain SQL files";
    static final String BY_NUMBER = "by number (2 before 10)";
    static final String BY_NAME = "by name (10 before 2)";
    private static final String BY_NEED = "by name, statements that need a later file after it";

    private static final Pattern NUMBERED = Pattern.compile("(.*/)?[A-Za-z]?\\d.*");

    /// Files that always undo a migration, wherever they are.
    private static final Pattern UNDO =
            Pattern.compile("(.*\\.)?(down|undo|rollback|revert)\\.sql|\\d+\\.undo\\..*|U[0-9][^/]*__.*\\.sql");

    /// Files that undo a migration only if there is a file beside them that performs it.
    private static final Pattern MAY_UNDO = Pattern.compile("(.*)[_-](down|undo|rollback|revert)\\.sql");

    private static final Pattern UNDO_FOLDER =
            Pattern.compile("(?i)(.*/)?(rollbacks?|downs?|undos?|reverts?|rollback[_-]scripts)/[^/]*");

    private static final Pattern SUPABASE_MIGRATION = Pattern.compile("(migrations/)?\\d+_[^/]*\\.sql");

    /// The layout of the first tool whose marks a folder has.
    ///
    /// @param parts whose comments divide the scripts, if any do
    static Layout of(Folder folder, Optional<Parts> parts) {
        return SqitchPlan.layout(folder)
                .or(() -> DrizzleJournal.layout(folder))
                .or(() -> prisma(folder))
                .or(() -> Flyway.layout(folder))
                .or(() -> Liquibase.layout(folder, parts))
                .or(() -> supabase(folder))
                .or(() -> Yoyo.layout(folder))
                .or(() -> GraphileMigrate.layout(folder))
                .orElseGet(() -> usual(folder, parts));
    }

    private static Optional<Layout> prisma(Folder folder) {
        var marked = folder.holds("(.*/)?migration_lock\\.toml")
                || !folder.scripts().isEmpty()
                        && folder.scripts().stream()
                                .allMatch(file -> Folder.slashed(file).matches("(.*/)?\\d+[^/]*/migration\\.sql"));
        return marked ? Optional.of(sorted(folder, "Prisma", Folder.BY_NAME)) : Optional.empty();
    }

    /// The layout of Supabase, whose command line runs `<timestamp>_<name>.sql` of `migrations` and no
    /// other file there, and `seed.sql` last.
    private static Optional<Layout> supabase(Folder folder) {
        var inMigrations = folder.realPath().endsWith("supabase/migrations");
        var above = folder.holds("config\\.toml") && folder.holds("migrations/\\d+_[^/]*\\.sql");
        if (!inMigrations && !above) {
            return Optional.empty();
        }
        Predicate<Path> runs =
                file -> SUPABASE_MIGRATION.matcher(Folder.slashed(file)).matches();
        var files = new ArrayList<>(only(folder, file -> file.equals(Path.of("roles.sql")) && above));
        folder.scripts().stream().filter(runs).sorted(Folder.BY_NAME).forEach(files::add);
        files.addAll(only(folder, file -> file.equals(Path.of("seed.sql")) && above));
        return files.isEmpty() ? Optional.empty() : Optional.of(new Layout("Supabase", BY_NAME, files, List.of()));
    }

    private static List<Path> only(Folder folder, Predicate<Path> wanted) {
        return folder.scripts().stream().filter(wanted).toList();
    }

    /// The layout of tools that run all files, in the order of their numbers or of their names.
    private static Layout usual(Folder folder, Optional<Parts> parts) {
        if (folder.holds("(.*/)?\\d+\\.do\\..*sql")) {
            return sorted(folder, "postgrator", Folder.NATURAL);
        }
        if (folder.holds("(.*/)?\\d[^/]*/up\\.sql")) {
            return sorted(folder, "up.sql and down.sql in a folder each (Hasura, Diesel)", Folder.NATURAL);
        }
        if (folder.holds(".*\\.up\\.sql")) {
            return sorted(folder, ".up.sql and .down.sql (golang-migrate, sqlx)", Folder.NATURAL);
        }
        if (parts.isEmpty() && folder.holds("(.*/)?atlas\\.sum")) {
            return sorted(folder, "Atlas", Folder.BY_NAME);
        }
        if (parts.isEmpty() && folder.scripts().stream().noneMatch(Layout::isNumbered)) {
            return of(folder, PLAIN, BY_NEED, scripts -> scripts);
        }
        var byName = parts.filter(Parts.DBMATE::equals).isPresent();
        return sorted(folder, parts.map(Parts::label).orElse(PLAIN), byName ? Folder.BY_NAME : Folder.NATURAL);
    }

    private static boolean isNumbered(Path file) {
        return NUMBERED.matcher(Folder.slashed(file)).matches();
    }

    /// Whether nothing determines the order in which the files are run, for example where each creates one
    /// table.
    boolean isByNeed() {
        return order.equals(BY_NEED);
    }

    private static Layout sorted(Folder folder, String tool, Comparator<Path> order) {
        var names = order == Folder.BY_NAME ? BY_NAME : BY_NUMBER;
        return of(folder, tool, names, scripts -> scripts.stream().sorted(order).toList());
    }

    /// All scripts except those that undo a migration.
    static Layout of(Folder folder, String tool, String names, Function<List<Path>, List<Path>> order) {
        return new Layout(tool, names, order.apply(forward(folder)), List.of());
    }

    private static List<Path> forward(Folder folder) {
        var names = folder.scripts().stream().map(Folder::slashed).toList();
        var forward = folder.scripts().stream()
                .filter(file -> !undoes(Folder.slashed(file), names))
                .toList();
        var outside = forward.stream()
                .filter(file -> !UNDO_FOLDER.matcher(Folder.slashed(file)).matches())
                .toList();
        return outside.isEmpty() ? forward : outside;
    }

    private static boolean undoes(String file, List<String> names) {
        var name = file.substring(file.lastIndexOf('/') + 1);
        var pair = MAY_UNDO.matcher(file);
        if (pair.matches()) {
            var stem = pair.group(1);
            return names.contains(stem + ".sql")
                    || names.contains(stem + "_up.sql")
                    || names.contains(stem + "-up.sql");
        }
        return UNDO.matcher(name).matches();
    }
}
