package hedgerow.server.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// What the operator has set: by flag, else in the environment, else in a file.
///
/// `pool-size` is the flag `--pool-size`, the variable `HEDGEROW_POOL_SIZE` and the key `pool-size` of the file. Any
/// of them may instead name a file that holds the value (`HEDGEROW_BIND_KEY_FILE`, `bind-key-file`), which keeps
/// secrets out of process lists. Nothing that is wrong stops the reading: [#check] reports all of it at once.
public final class Configuration {

    /// All that is wrong with the settings, one line each. Values are not repeated: they may be secrets.
    public static final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Invalid(List<String> problems) {
            super("%d settings are wrong%n  %s"
                    .formatted(problems.size(), String.join(System.lineSeparator() + "  ", problems)));
        }
    }

    private static final String FILE_SUFFIX = "-file";

    private final Map<String, String> flags;
    private final Map<String, String> environment;
    private final Map<String, String> file;
    private final Set<String> asked = new HashSet<>();
    private final List<String> problems = new ArrayList<>();

    private Configuration(Map<String, String> flags, Map<String, String> environment, Optional<Path> file) {
        this.flags = Map.copyOf(flags);
        this.environment = Map.copyOf(environment);
        this.file = file.map(this::read).orElse(Map.of());
    }

    /// @param flags by their names without dashes in front
    public static Configuration of(Map<String, String> flags, Map<String, String> environment, Optional<Path> file) {
        return new Configuration(flags, environment, file);
    }

    public Optional<String> text(String name) {
        asked.add(name);
        asked.add(name + FILE_SUFFIX);
        return direct(name).or(() -> direct(name + FILE_SUFFIX).flatMap(path -> contents(name, Path.of(path))));
    }

    /// @param parser says what is wrong by an IllegalArgumentException whose message repeats no secret
    public <T> Optional<T> parsed(String name, Function<String, T> parser) {
        try {
            return text(name).map(parser);
        } catch (IllegalArgumentException e) {
            problem(name, e.getMessage());
            return Optional.empty();
        }
    }

    public int number(String name, int least, int most, int otherwise) {
        return parsed(name, text -> {
                    var number = text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : -1;
                    if (number < least || number > most) {
                        throw new IllegalArgumentException("must be a number from %d to %d".formatted(least, most));
                    }
                    return number;
                })
                .orElse(otherwise);
    }

    /// As `30s`, `5m` or `PT5M`.
    public Duration duration(String name, Duration otherwise) {
        return parsed(name, Configuration::duration).orElse(otherwise);
    }

    public boolean flag(String name, boolean otherwise) {
        return parsed(name, text -> switch (text) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> throw new IllegalArgumentException("must be true or false");
                })
                .orElse(otherwise);
    }

    /// A value that there must be, and is not.
    public void missing(String name) {
        problem(name, "is needed: --%s, %s or `%s:` in the file".formatted(name, variable(name), name));
    }

    public void problem(String name, String message) {
        problems.add(name + ": " + message);
    }

    /// @throws Invalid if anything was wrong, or the file has a key that nothing asked for
    public void check() {
        var unknown = new TreeSet<>(file.keySet());
        unknown.removeAll(asked);
        unknown.forEach(name -> problem(name, "is no setting"));
        if (!problems.isEmpty()) {
            throw new Invalid(problems);
        }
    }

    private Optional<String> direct(String name) {
        return Optional.ofNullable(flags.get(name))
                .or(() -> Optional.ofNullable(environment.get(variable(name))))
                .or(() -> Optional.ofNullable(file.get(name)))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    private static String variable(String name) {
        return "HEDGEROW_" + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private Optional<String> contents(String name, Path path) {
        try {
            return Optional.of(Files.readString(path).strip()).filter(value -> !value.isEmpty());
        } catch (IOException e) {
            problem(name, "cannot read " + path);
            return Optional.empty();
        }
    }

    private Map<String, String> read(Path path) {
        try {
            var read = new Load(LoadSettings.builder().build()).loadFromString(Files.readString(path));
            if (read instanceof Map<?, ?> settings) {
                var texts = new LinkedHashMap<String, String>();
                settings.forEach((name, value) -> texts.put(String.valueOf(name), text(value)));
                return texts;
            }
            problem("config", path + " holds no settings");
        } catch (IOException e) {
            problem("config", "cannot read " + path);
        } catch (YamlEngineException e) {
            problem("config", path + " is no YAML"); // its message quotes the file
        }
        return Map.of();
    }

    /// A list or map of the file stays YAML, for whoever asks for it to read.
    private static String text(Object value) {
        return value instanceof Collection<?> || value instanceof Map<?, ?>
                ? new Dump(DumpSettings.builder().build()).dumpToString(value)
                : String.valueOf(value);
    }

    private static Duration duration(String text) {
        try {
            return Duration.parse(text.startsWith("P") ? text : "PT" + text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("must be a duration such as 30s or 5m");
        }
    }
}
