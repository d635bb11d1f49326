package hedgerow.server.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// The API key of a command, from a file or the environment, and the addresses that it may be sent to.
record ApiKeyOption(CommandSpec command, Path file) {

    private static final String VARIABLE = "HEDGEROW_API_KEY";

    void requireWeb(String option, URI url) {
        if (!("http".equals(url.getScheme()) || "https".equals(url.getScheme())) || url.getHost() == null) {
            throw new ParameterException(
                    command.commandLine(),
                    option + " is not a web address. Give one such as http://localhost:3000/hook.");
        }
    }

    void requireSafe(String option, URI url) {
        requireWeb(option, url);
        var host = url.getHost().toLowerCase(Locale.ROOT);
        if (!url.getScheme().equals("https") && !host.equals("localhost") && !host.matches("127[.][0-9.]+|\\[::1]")) {
            throw new ParameterException(
                    command.commandLine(),
                    option + " would send the key unencrypted to another machine. Give an https URL.");
        }
    }

    Optional<String> find() {
        return Optional.ofNullable(file)
                .map(this::read)
                .or(() -> Optional.ofNullable(System.getenv(VARIABLE)))
                .map(String::strip)
                .filter(text -> text.matches("[!-~]{1,500}"));
    }

    String get() {
        return find().orElseThrow(() -> new ParameterException(
                command.commandLine(),
                "no API key was given. Set %s, or name a file with --api-key-file.".formatted(VARIABLE)));
    }

    private String read(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new ParameterException(command.commandLine(), "--api-key-file: cannot read " + path, e);
        }
    }
}
