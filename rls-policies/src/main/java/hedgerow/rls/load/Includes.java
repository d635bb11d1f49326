package hedgerow.rls.load;

import hedgerow.sql.ScriptPiece;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The files that `\i` and `\ir` name: below the directories under review, wherever links lead, and never
/// within themselves.
///
/// `\ir` starts at the file that contains it, `\i` at the directory under review, as if psql had been
/// started there.
final class Includes {

    private static final Set<String> COMMANDS = Set.of("\\i", "\\include", "\\ir", "\\include_relative");
    private static final int DEEPEST = 16;

    private final List<Path> roots;
    private final int most;
    private final Deque<Path> open = new ArrayDeque<>();
    private final Set<Path> taken = new HashSet<>();
    private int count;

    /// The includes of a load.
    ///
    /// @param roots real paths
    /// @param most the largest number of files
    Includes(List<Path> roots, int most) {
        this.roots = roots;
        this.most = most;
    }

    /// Signals why a file is not included.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        private Refused(String message) {
            super(message);
        }
    }

    static boolean concerns(ScriptPiece.Command command) {
        return COMMANDS.contains(command.name());
    }

    /// The file that a command includes.
    ///
    /// @param from the file that contains the command
    Path file(ScriptPiece.Command command, Path from) throws Refused {
        var file = named(command, from);
        var real = real(file);
        if (roots.stream().noneMatch(real::startsWith)) {
            throw new Refused("it lies outside the directory under review");
        }
        if (!Files.isRegularFile(real)) {
            throw new Refused("it is not a regular file");
        }
        if (open.contains(real)) {
            throw new Refused("it would include itself");
        }
        if (open.size() > DEEPEST || ++count > most) {
            throw new Refused("too many files are included, or they are nested too deeply");
        }
        return file.normalize();
    }

    /// The real path of the file that a command would include; empty if there is none.
    Optional<Path> target(ScriptPiece.Command command, Path from) {
        try {
            return Optional.of(real(named(command, from)));
        } catch (Refused e) {
            return Optional.empty();
        }
    }

    private Path named(ScriptPiece.Command command, Path from) throws Refused {
        var named = named(command);
        var starts = command.name().endsWith("r") || command.name().endsWith("relative")
                ? Stream.of(Optional.ofNullable(from.getParent()).orElse(Path.of("")))
                : roots.stream();
        return starts.map(start -> start.resolve(named))
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new Refused("no such file"));
    }

    private static Path named(ScriptPiece.Command command) throws Refused {
        var arguments = command.plainArguments();
        if (arguments.size() != 1 || arguments.getFirst().matches("(?s)[~-].*|.*[:`].*")) {
            throw new Refused("its path is not a literal");
        }
        try {
            var named = Path.of(arguments.getFirst());
            if (named.isAbsolute()) {
                throw new Refused("its path is absolute");
            }
            return named;
        } catch (InvalidPathException e) {
            throw new Refused("its name is not a path");
        }
    }

    private static Path real(Path file) throws Refused {
        try {
            return file.toRealPath();
        } catch (IOException e) {
            throw new Refused("it cannot be read");
        }
    }

    /// Begins a file, which cannot be included until [#end].
    void begin(Path file) throws IOException {
        var real = file.toRealPath();
        open.push(real);
        taken.add(real);
    }

    void end() {
        open.pop();
    }

    /// Whether it has been loaded already, by whichever command.
    boolean isTaken(Path file) throws IOException {
        return taken.contains(file.toRealPath());
    }
}
