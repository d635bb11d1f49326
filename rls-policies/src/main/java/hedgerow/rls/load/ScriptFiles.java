package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece.Command;
import hedgerow.sql.ScriptProblem;
import hedgerow.sql.SqlScript;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The files to load, in order: as they are named, and those of a directory as its migration tool runs them
/// ([Layout]).
///
/// Nothing that undoes a migration is loaded: neither whole files, nor the parts of a file after a comment
/// that begins them ([Parts]).
class ScriptFiles {

    private final LoadLimits limits;
    private final List<Path> files = new ArrayList<>();
    private final List<Path> roots = new ArrayList<>();
    private final Set<Path> whole = new HashSet<>();
    private final Set<Path> byNeed = new HashSet<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> gaps = new ArrayList<>();

    ScriptFiles(List<Path> paths, LoadLimits limits) {
        this.limits = limits;
        paths.forEach(this::add);
        if (files.isEmpty()) {
            throw new LoadProblem("no .sql file in " + paths.getFirst(), "name a file, or a directory of migrations");
        }
    }

    List<Path> files() {
        return files;
    }

    /// Whether a statement of this file may need an object that a later file creates.
    boolean isByNeed(Path file) {
        return byNeed.contains(file);
    }

    /// The files that the files include; they must be in the same directories.
    Includes includes() {
        return new Includes(roots, limits.files());
    }

    /// Notes on the layout found in each directory, and on the files that were left out.
    List<String> notes() {
        return notes;
    }

    /// Migrations that exist but cannot be loaded, or that should exist and do not.
    List<String> gaps() {
        return gaps;
    }

    /// Reads a script.
    ///
    /// @throws hedgerow.sql.ScriptProblem if it is not UTF-8, or a quote or comment in it never ends
    /// @throws LoadProblem if it is too large or cannot be read
    SqlScript read(Path file) {
        var text = text(file);
        var forward = parts(file, text).map(parts -> parts.withoutDown(text)).orElse(text);
        try {
            var bytes = forward.getBytes(StandardCharsets.ISO_8859_1);
            return SqlScript.read(file.toString(), new ByteArrayInputStream(bytes));
        } catch (IOException e) {
            throw unreadable(file);
        }
    }

    /// The text in ISO-8859-1, whose characters are bytes, so that the encoding is decided later.
    private String text(Path file) {
        try {
            if (Files.size(file) > limits.fileBytes()) {
                throw new LoadProblem(
                        "%s is larger than %d MB".formatted(file, limits.fileBytes() >> 20),
                        "rows are not reviewed: dump the schema alone, with pg_dump --schema-only");
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw unreadable(file);
        }
    }

    private static LoadProblem unreadable(Path file) {
        return new LoadProblem("%s cannot be read".formatted(file), "check the path and who may read it");
    }

    private void add(Path path) {
        try {
            var real = path.toRealPath();
            roots.add(Files.isDirectory(real) ? real : real.getParent());
        } catch (IOException e) {
            throw new LoadProblem(path + " is neither a file nor a directory", "check the path");
        }
        if (Files.isDirectory(path)) {
            addFolder(readable(Folder.read(path, limits.files())));
        } else if (Files.isRegularFile(path)) {
            files.add(path);
            undoing(List.of(path)).ifPresent(notes::add);
        } else {
            throw new LoadProblem(path + " is neither a file nor a directory", "check the path");
        }
    }

    /// The folder without unreadable files: one of them does not keep the others from being reviewed.
    private Folder readable(Folder folder) {
        var scripts = new ArrayList<Path>();
        for (var script : folder.scripts()) {
            try {
                text(folder.root().resolve(script));
                scripts.add(script);
            } catch (LoadProblem problem) {
                gaps.add(problem.getMessage() + "; nothing of this file was loaded");
            }
        }
        return new Folder(folder.root(), scripts, folder.others());
    }

    private void addFolder(Folder folder) {
        var parts = folder.scripts().stream()
                .map(script -> Parts.in(text(folder.root().resolve(script))).orElse(null))
                .filter(Objects::nonNull)
                .findFirst();
        var layout = Layout.of(folder, parts);
        var scripts = layout.files().stream().map(folder.root()::resolve).toList();
        if (!parts.map(Parts::label).equals(Optional.of(layout.tool()))) {
            whole.addAll(scripts);
        }
        if (layout.isByNeed()) {
            byNeed.addAll(scripts);
        }
        files.addAll(layout.isByNeed() ? includedLast(scripts) : scripts);
        gaps.addAll(layout.missing());
        if (!folder.scripts().isEmpty()) {
            note(folder, layout);
            undoing(scripts).ifPresent(notes::add);
        }
        if (!folder.code().isEmpty()) {
            gaps.add("%s: %d migrations are not SQL and were not run; the first is %s"
                    .formatted(
                            folder.root(), folder.code().size(), folder.code().getFirst()));
        }
    }

    /// The files with those last that others include: by then these are loaded, in their places.
    private List<Path> includedLast(List<Path> scripts) {
        var includes = includes();
        var included =
                scripts.stream().flatMap(script -> includedBy(script, includes)).collect(Collectors.toSet());
        return scripts.stream()
                .sorted(Comparator.comparing(script -> included.contains(real(script))))
                .toList();
    }

    private Stream<Path> includedBy(Path script, Includes includes) {
        try {
            return read(script).pieces().stream()
                    .flatMap(piece -> piece instanceof Command command && Includes.concerns(command)
                            ? includes.target(command, script).stream()
                            : Stream.empty());
        } catch (ScriptProblem | LoadProblem e) {
            return Stream.empty(); // loading the file reports it
        }
    }

    private static Path real(Path file) {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw unreadable(file);
        }
    }

    private void note(Folder folder, Layout layout) {
        var left = folder.scripts().size() - layout.files().size();
        var omitted = left > 0 ? "; %d other .sql files are left out: the tool does not run them".formatted(left) : "";
        notes.add("%s is read as %s: %d files, %s%s"
                .formatted(folder.root(), layout.tool(), layout.files().size(), layout.order(), omitted));
    }

    private Optional<String> undoing(List<Path> scripts) {
        var undoing = scripts.stream().filter(this::undoes).toList();
        return undoing.isEmpty()
                ? Optional.empty()
                : Optional.of("parts that undo a migration are left out of %d files; the first is %s"
                        .formatted(undoing.size(), undoing.getFirst()));
    }

    private boolean undoes(Path file) {
        var text = text(file);
        return parts(file, text).filter(parts -> parts.undoes(text)).isPresent();
    }

    /// The format of a script's comments. A heading may be an ordinary comment where the tool of the
    /// directory runs each file as a whole.
    private Optional<Parts> parts(Path file, String text) {
        return Parts.in(text).filter(parts -> !parts.isHeading() || !whole.contains(file));
    }
}
