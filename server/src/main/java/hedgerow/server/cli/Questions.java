package hedgerow.server.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;

/// The folder for the questions of a proof, if they are written: the user's, or a temporary one.
record Questions(Optional<Path> folder, boolean temporary) implements AutoCloseable {

    /// Opens the folder.
    ///
    /// @param needed whether another solver reads the questions
    /// @throws IOException if the user's folder cannot be created, or is not empty
    static Questions in(Optional<Path> asked, boolean needed) throws IOException {
        if (asked.isEmpty()) {
            return new Questions(
                    needed ? Optional.of(Files.createTempDirectory("hedgerow-questions-")) : Optional.empty(), needed);
        }
        var folder = Files.createDirectories(asked.get());
        try (var there = Files.list(folder)) {
            if (there.findAny().isPresent()) {
                throw new IOException("%s is not empty; name a new folder".formatted(folder));
            }
        }
        return new Questions(asked, false);
    }

    @Override
    public void close() throws IOException {
        if (temporary) {
            try (var files = Files.walk(folder.orElseThrow())) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
