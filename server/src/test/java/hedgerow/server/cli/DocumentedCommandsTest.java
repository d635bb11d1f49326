package hedgerow.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Documents name only commands and options that exist.
class DocumentedCommandsTest {

    private static final Path ROOT = Path.of("..");

    /// A command such as `hedgerow review`, also after a path; not `hedgerow.rls.why`.
    private static final Pattern COMMAND = Pattern.compile("(?<![\\w.'/-])(?:\\./)?hedgerow ([a-z][a-z-]*)");

    /// Words in code that can only mean a command.
    private static final Pattern WORD = Pattern.compile("`(prove|probe|why)`");

    /// A command, and what follows it on the same line, up to the end of the code or of the command.
    private static final Pattern LINE = Pattern.compile("(?<![\\w.'/-])(?:\\./)?hedgerow ([a-z][a-z-]*)([^`|;&\n]*)");

    private static final Pattern OPTION = Pattern.compile(" (--[a-z][a-z0-9-]*)");

    @Test
    void every_option_that_a_document_gives_a_command_exists() throws IOException {
        var commands = Hedgerow.commandLine().getSubcommands();
        var unknown = new ArrayList<String>();
        var known = new ArrayList<String>();
        for (var document : documents()) {
            LINE.matcher(Files.readString(document)).results().forEach(line -> {
                var command = commands.get(line.group(1));
                if (command == null) {
                    return; // found above
                }
                var options = ExitStatusTest.commands(command)
                        .flatMap(one -> one.getCommandSpec().optionsMap().keySet().stream())
                        .collect(Collectors.toSet());
                OPTION.matcher(line.group(2))
                        .results()
                        .map(option -> option.group(1))
                        .forEach(option -> (options.contains(option) ? known : unknown)
                                .add("%s: %s %s".formatted(document, line.group(1), option)));
            });
        }
        assertThat(unknown).isEmpty();
        assertThat(known).hasSizeGreaterThan(50);
    }

    @Test
    void every_command_that_a_document_names_exists() throws IOException {
        var commands = Hedgerow.commandLine().getSubcommands().keySet();
        var unknown = new ArrayList<String>();
        for (var document : documents()) {
            var text = Files.readString(document);
            unknown.addAll(unknown(document, COMMAND, text, commands));
            unknown.addAll(unknown(document, WORD, text, commands));
        }
        assertThat(unknown).isEmpty();
    }

    private static List<String> unknown(Path document, Pattern pattern, String text, Set<String> commands) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .filter(name -> !commands.contains(name))
                .map(name -> "%s: %s".formatted(document, name))
                .toList();
    }

    private static List<Path> documents() throws IOException {
        var documents = new ArrayList<Path>();
        for (var folder : List.of("docs", "rls-policies/rules")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(folder))) {
                documents.addAll(
                        files.filter(file -> file.toString().endsWith(".md")).toList());
            }
        }
        try (Stream<Path> files = Files.list(ROOT)) {
            documents.addAll(
                    files.filter(file -> file.toString().endsWith(".md")).toList());
        }
        return documents;
    }
}
