package hedgerow.rls.load;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The folder layout of Flyway: the newest baseline, later versions in their order, then repeatable
/// scripts; callbacks around them.
///
/// @see <a href="https://documentation.red-gate.com/flyway/flyway-concepts/migrations">Flyway, Migrations</a>
final class Flyway {

    private static final Pattern VERSIONED = Pattern.compile("([VB])(\\d+(?:[._]\\d+)*)__.*\\.sql");
    private static final Pattern REPEATABLE = Pattern.compile("R__.*\\.sql");
    private static final Pattern BEFORE = Pattern.compile("beforeMigrate(__.*)?\\.sql");
    private static final Pattern AFTER = Pattern.compile("after(Migrate|Versioned)(__.*)?\\.sql");

    private Flyway() {}

    private record Versioned(Path file, boolean baseline, List<BigInteger> version) implements Comparable<Versioned> {

        static Optional<Versioned> of(Path file) {
            var name = VERSIONED.matcher(Folder.name(file));
            if (!name.matches()) {
                return Optional.empty();
            }
            var version = Arrays.stream(name.group(2).split("[._]"))
                    .map(BigInteger::new)
                    .toList();
            return Optional.of(new Versioned(file, name.group(1).equals("B"), version));
        }

        /// Compares versions; `1.0` is `1`.
        @Override
        public int compareTo(Versioned other) {
            for (var i = 0; i < Math.max(version.size(), other.version.size()); i++) {
                var order = part(i).compareTo(other.part(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }

        private BigInteger part(int index) {
            return index < version.size() ? version.get(index) : BigInteger.ZERO;
        }
    }

    static Optional<Layout> layout(Folder folder) {
        var versioned = folder.scripts().stream()
                .map(Versioned::of)
                .flatMap(Optional::stream)
                .sorted()
                .toList();
        if (versioned.isEmpty()) {
            return Optional.empty();
        }
        var files = new ArrayList<>(named(folder, BEFORE));
        var baseline = versioned.stream().filter(Versioned::baseline).max(Comparator.naturalOrder());
        baseline.map(Versioned::file).ifPresent(files::add);
        versioned.stream()
                .filter(one -> !one.baseline())
                .filter(one -> baseline.isEmpty() || one.compareTo(baseline.get()) > 0)
                .map(Versioned::file)
                .forEach(files::add);
        files.addAll(named(folder, REPEATABLE));
        files.addAll(named(folder, AFTER));
        return Optional.of(new Layout("Flyway", "by version, repeatable ones last", files, List.of()));
    }

    private static List<Path> named(Folder folder, Pattern name) {
        return folder.scripts().stream()
                .filter(file -> name.matcher(Folder.name(file)).matches())
                .sorted(Comparator.comparing(Folder::name))
                .toList();
    }
}
