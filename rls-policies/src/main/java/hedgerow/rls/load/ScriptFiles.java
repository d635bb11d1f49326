package hedgerow.rls.load;

import hedgerow.sql.SqlScript;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files to load, in order: as they are named, and those of a directory by name, `V2` before `V10`.
///
/// What takes a migration back is left out: files that end in `.down.sql`, Flyway's `U...`, and what follows
/// `-- migrate:down` or `-- +goose Down`.
final class ScriptFiles {

    private static final Pattern DOWN_FILE = Pattern.compile("(.*[._-])?down\\.sql|U[0-9][^/]*__.*\\.sql");
    private static final Pattern DOWN_PART =
            Pattern.compile("^--\\s*(migrate:down|\\+goose\\s+Down)\\b.*", Pattern.MULTILINE);
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final int WIDEST = 40;

    private final Limits limits;
    private final List<Path> files = new ArrayList<>();
    private final List<Path> roots = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    ScriptFiles(List<Path> paths, Limits limits) {
        this.limits = limits;
        paths.forEach(this::add);
        if (files.isEmpty()) {
            throw new LoadProblem("no .sql file in " + paths.getFirst(), "name a file, or a directory of migrations");
        }
    }

    List<Path> files() {
        return files;
    }

    /// Files that the files include; they lie where these lie.
    Includes includes() {
        return new Includes(roots, limits.files());
    }

    /// What was left out.
    List<String> notes() {
        return notes;
    }

    /// @throws hedgerow.sql.ScriptProblem if it is not UTF-8, or a quote or comment in it never ends
    /// @throws LoadProblem if it is too large or cannot be read
    SqlScript read(Path file) {
        try {
            var size = Files.size(file);
            if (size > limits.fileBytes()) {
                throw new LoadProblem(
                        "%s is larger than %d MB".formatted(file, limits.fileBytes() >> 20),
                        "rows are not reviewed: dump the schema alone, with pg_dump --schema-only");
            }
            var text = Files.readAllBytes(file);
            return SqlScript.read(file.toString(), new ByteArrayInputStream(up(text)));
        } catch (IOException e) {
            throw new LoadProblem("%s cannot be read".formatted(file), "check the path and who may read it");
        }
    }

    /// Bytes are compared as ISO-8859-1, so that whoever decodes them decides what they are.
    private static byte[] up(byte[] script) {
        var text = new String(script, StandardCharsets.ISO_8859_1);
        var down = DOWN_PART.matcher(text);
        return down.find() ? text.substring(0, down.start()).getBytes(StandardCharsets.ISO_8859_1) : script;
    }

    private void add(Path path) {
        try {
            var real = path.toRealPath();
            roots.add(Files.isDirectory(real) ? real : real.getParent());
        } catch (IOException e) {
            throw new LoadProblem(path + " is no file, and no directory", "check the path");
        }
        if (Files.isDirectory(path)) {
            addFolder(path);
        } else if (Files.isRegularFile(path)) {
            files.add(path);
        } else {
            throw new LoadProblem(path + " is no file, and no directory", "check the path");
        }
    }

    private void addFolder(Path folder) {
        try (Stream<Path> inside = Files.walk(folder)) {
            var scripts = inside.filter(file -> file.toString().endsWith(".sql") && Files.isRegularFile(file))
                    .limit(limits.files() + 1L)
                    .sorted(Comparator.comparing(file -> naturally(folder.relativize(file))))
                    .toList();
            if (scripts.size() > limits.files()) {
                throw new LoadProblem(
                        "%s holds more than %d files".formatted(folder, limits.files()), "name a smaller directory");
            }
            var down = scripts.stream().filter(ScriptFiles::takesBack).toList();
            if (!down.isEmpty()) {
                notes.add("%s: %d files that take migrations back are left out".formatted(folder, down.size()));
            }
            scripts.stream().filter(file -> !takesBack(file)).forEach(files::add);
        } catch (IOException e) {
            throw new LoadProblem(folder + " cannot be read", "check who may read it");
        }
    }

    private static boolean takesBack(Path file) {
        return DOWN_FILE.matcher(file.getFileName().toString()).matches();
    }

    /// Numbers are widened, so that text order is their order.
    private static String naturally(Path file) {
        return NUMBER.matcher(file.toString())
                .replaceAll(number ->
                        "0".repeat(Math.max(0, WIDEST - number.group().length())) + number.group());
    }
}
