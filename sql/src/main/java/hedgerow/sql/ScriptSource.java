package hedgerow.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The text of a script, and the way in which messages name a place in it.
///
/// @param name the name by which the user calls it
/// @param path the file that psql reads; empty for a script from the command line or standard input
record ScriptSource(String name, Optional<Path> path, String text) {

    /// The largest script in bytes. A larger one is a dump, which needs a tool that streams.
    private static final int LARGEST = 256 << 20;

    static ScriptSource read(Path path) {
        var name = path.toString();
        try {
            if (Files.isDirectory(path)) {
                throw ScriptProblem.of(name + ": is a directory", "name a file");
            }
            try (var in = Files.newInputStream(path)) {
                return new ScriptSource(name, Optional.of(path), decoded(name, bytes(name, in)));
            }
        } catch (IOException e) {
            var why = Files.exists(path) ? "cannot be read" : "there is no such file";
            throw ScriptProblem.of(name + ": " + why, "check the path and who may read it");
        }
    }

    static ScriptSource of(String name, InputStream in) throws IOException {
        return new ScriptSource(name, Optional.empty(), decoded(name, bytes(name, in)));
    }

    private static byte[] bytes(String name, InputStream in) throws IOException {
        var bytes = in.readNBytes(LARGEST + 1);
        if (bytes.length > LARGEST) {
            throw ScriptProblem.of(
                    "%s: is larger than %d MB".formatted(name, LARGEST >> 20), "split it, or use psql itself");
        }
        return bytes;
    }

    private static String decoded(String name, byte[] bytes) {
        try {
            var buffer = ByteBuffer.wrap(bytes);
            var decoder = StandardCharsets.UTF_8.newDecoder();
            var text = decoder.decode(buffer).toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw notUtf8(name, bytes);
        }
    }

    /// Reports the line of the first byte that is not UTF-8.
    private static ScriptProblem notUtf8(String name, byte[] bytes) {
        var decoder = StandardCharsets.UTF_8.newDecoder();
        var buffer = ByteBuffer.wrap(bytes);
        var good = CharBuffer.allocate(bytes.length + 1);
        decoder.decode(buffer, good, true);
        var line = good.flip().chars().filter(character -> character == '\n').count() + 1;
        return ScriptProblem.of("%s:%d: is not UTF-8".formatted(name, line), "save the file as UTF-8");
    }

    ScriptProblem problem(int offset, String message, String hint) {
        return ScriptProblem.of("%s: %s".formatted(place(offset), message), hint);
    }

    /// The place as `file:line:column`, both counted from 1.
    String place(int offset) {
        return "%s:%d:%d".formatted(name, line(offset), column(offset));
    }

    int line(int offset) {
        return (int) text.substring(0, offset)
                        .chars()
                        .filter(character -> character == '\n')
                        .count()
                + 1;
    }

    private int column(int offset) {
        var start = text.lastIndexOf('\n', offset - 1) + 1;
        return text.codePointCount(start, offset) + 1;
    }
}
