import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.JavaFormatterOptions.Style;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Checks the layout of every Java file, or mends it: `Format.java check|apply`, run by the build.
///
/// A program of its own, because a formatter parses with the JDK that it runs on, and Maven's may be older than the
/// language of these files.
final class Format {

    private static final Formatter FORMATTER = Formatter.createFormatter(
            JavaFormatterOptions.builder().style(Style.PALANTIR).build());

    public static void main(String[] arguments) throws IOException {
        var apply = switch (arguments[0]) {
            case "check" -> false;
            case "apply" -> true;
            default -> throw new IllegalArgumentException("check or apply, not " + arguments[0]);
        };
        var untidy = javaFiles().parallelStream()
                .filter(file -> !isTidy(file, apply))
                .toList();
        untidy.forEach(file -> System.err.println((apply ? "formatted " : "not formatted: ") + file));
        if (!apply && !untidy.isEmpty()) {
            System.err.println("To format them: mvn -N verify -Dformat=apply");
            System.exit(1);
        }
    }

    private static List<Path> javaFiles() throws IOException {
        try (var files = Files.walk(Path.of(""))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.toString().contains("/target/"))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isTidy(Path file, boolean apply) {
        try {
            var before = Files.readString(file);
            var after = FORMATTER.formatSourceAndFixImports(before);
            if (apply && !after.equals(before)) {
                Files.writeString(file, after);
            }
            return after.equals(before);
        } catch (IOException | FormatterException e) {
            throw new IllegalStateException("cannot format " + file, e);
        }
    }
}
