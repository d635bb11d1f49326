package hedgerow.rls.load;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The folder layout of Drizzle: the scripts that `meta/_journal.json` lists, in its order.
final class DrizzleJournal {

    private static final Path JOURNAL = Path.of("meta", "_journal.json");
    private static final JsonMapper JSON = new JsonMapper();

    private DrizzleJournal() {}

    static Optional<Layout> layout(Folder folder) {
        var journals = folder.others().stream()
                .filter(file -> file.endsWith(JOURNAL))
                .sorted()
                .toList();
        return journals.isEmpty()
                ? Optional.empty()
                : Optional.of(of(folder, journals))
                        .filter(layout -> !layout.files().isEmpty());
    }

    private static Layout of(Folder folder, List<Path> journals) {
        var files = new ArrayList<Path>();
        var missing = new ArrayList<String>();
        for (var journal : journals) {
            for (var tag : tags(folder.root().resolve(journal))) {
                var script = Folder.parent(Folder.parent(journal)).resolve(tag + ".sql");
                if (Files.isRegularFile(folder.root().resolve(script))) {
                    files.add(script);
                } else {
                    missing.add("%s: lists %s.sql, which does not exist"
                            .formatted(folder.root().resolve(journal), tag));
                }
            }
        }
        folder.scripts().stream()
                .filter(script -> !files.contains(script))
                .map(script -> "%s is in no journal, and was not run"
                        .formatted(folder.root().resolve(script)))
                .forEach(missing::add);
        return new Layout("Drizzle", "in the order of its journal", files, missing);
    }

    private static List<String> tags(Path journal) {
        try {
            return JSON.readTree(journal.toFile()).path("entries").values().stream()
                    .sorted(Comparator.comparingInt(entry -> entry.path("idx").asInt(0)))
                    .map(entry -> entry.path("tag"))
                    .filter(JsonNode::isString)
                    .map(JsonNode::asString)
                    .toList();
        } catch (JacksonException e) {
            throw new LoadProblem(journal + " cannot be read", "mend it, or name its .sql files");
        }
    }
}
