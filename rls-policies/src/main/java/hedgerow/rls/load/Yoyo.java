package hedgerow.rls.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The folder layout of yoyo: by name, except that a migration's dependencies come before it.
final class Yoyo {

    private static final Pattern DEPENDS = Pattern.compile("(?m)^--\\s*depends:\\s*(.*)$");

    private Yoyo() {}

    static Optional<Layout> layout(Folder folder) {
        var marked = folder.holds("(.*/)?yoyo\\.ini") || folder.holds(".*\\.rollback\\.sql");
        return marked
                ? Optional.of(Layout.of(folder, "yoyo", "by name and dependence", files -> ordered(folder, files)))
                : Optional.empty();
    }

    private static List<Path> ordered(Folder folder, List<Path> files) {
        var byId = files.stream()
                .sorted(Folder.BY_NAME)
                .collect(Collectors.toMap(Yoyo::id, Function.identity(), (one, _) -> one, TreeMap::new));
        var done = new LinkedHashSet<Path>();
        byId.keySet().forEach(id -> add(folder, id, byId, new LinkedHashSet<>(), done));
        return List.copyOf(done);
    }

    private static void add(Folder folder, String id, Map<String, Path> byId, Set<String> waiting, Set<Path> done) {
        if (byId.containsKey(id) && waiting.add(id)) {
            dependencies(folder.root().resolve(byId.get(id))).forEach(other -> add(folder, other, byId, waiting, done));
            done.add(byId.get(id));
        }
    }

    private static List<String> dependencies(Path file) {
        try {
            var depends = DEPENDS.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            return depends.find() ? Arrays.asList(depends.group(1).strip().split("\\s+")) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String id(Path file) {
        return Folder.name(file).replaceFirst("\\.sql$", "");
    }
}
