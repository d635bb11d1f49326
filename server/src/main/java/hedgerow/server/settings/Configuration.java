package hedgerow.server.settings;

import hedgerow.server.settings.SettingCatalog.Entry;
import hedgerow.sql.DatabaseUrl;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The values that the operator has given: by flag, otherwise in the environment, otherwise in a file.
///
/// `pool-size` is the flag `--pool-size`, the variable `HEDGEROW_POOL_SIZE` and the key `pool-size` of the
/// file. Each of them may instead name a file that holds the value (`--bind-key-file`,
/// `HEDGEROW_BIND_KEY_FILE`, `bind-key-file`), which keeps secrets out of process lists. A name that is not
/// a setting is refused. All problems are reported at once.
public final class Configuration {

    /// Reports everything that is wrong with the settings. Values are not repeated, because they may be
    /// secrets.
    public static final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String[] problems;

        Invalid(List<String> problems) {
            super("%s%n  %s"
                    .formatted(
                            problems.size() == 1 ? "1 setting is wrong" : problems.size() + " settings are wrong",
                            String.join(System.lineSeparator() + "  ", problems)));
            this.problems = problems.toArray(String[]::new);
        }

        /// The problems, one line each: the setting, where it was given, its fault, and an example.
        public List<String> problems() {
            return List.of(problems);
        }
    }

    /// Variables of the commands, in addition to those of settings.
    private static final Set<String> OF_COMMANDS =
            Set.of("HEDGEROW_CONFIG", "HEDGEROW_ADMIN_DATABASE", "HEDGEROW_API_KEY");

    private static final String PREFIX = "HEDGEROW_";
    private static final String HIDDEN = "********";

    /// The settings of one place.
    ///
    /// @param label the name of a setting of this place in problems
    private record Source(UnaryOperator<String> label, Map<String, ?> values) {}

    /// A given value.
    ///
    /// @param place where it was given, or `default`
    private record Given(JsonNode node, String place) {}

    private final Map<String, String> flags;
    private final Map<String, String> environment;
    private final Optional<Path> file;
    private final String owner;
    private final Map<String, String> decided;
    private final Map<String, String> presets;

    private Configuration(
            Map<String, String> flags,
            Map<String, String> environment,
            Optional<Path> file,
            String owner,
            Map<String, String> decided,
            Map<String, String> presets) {
        this.flags = Map.copyOf(flags);
        this.environment = Map.copyOf(environment);
        this.file = file;
        this.owner = owner;
        this.decided = Map.copyOf(decided);
        this.presets = Map.copyOf(presets);
    }

    /// Collects the values.
    ///
    /// @param flags by their names without leading dashes
    /// @param environment all variables; those that begin with `HEDGEROW_` are settings
    public static Configuration of(Map<String, String> flags, Map<String, String> environment, Optional<Path> file) {
        return new Configuration(flags, environment, file, "", Map.of(), Map.of());
    }

    /// The configuration of a command that decides some settings itself.
    ///
    /// @param command named where the operator gives one of `decided`, which is refused
    /// @param decided their values; empty for a setting without a value
    /// @param presets values where the operator gives none
    public Configuration within(String command, Map<String, String> decided, Map<String, String> presets) {
        return new Configuration(flags, environment, file, command, decided, presets);
    }

    private Source commandLine() {
        return new Source(name -> "--" + name, flags);
    }

    private Source variables() {
        var settings = environment.entrySet().stream()
                .filter(variable -> variable.getKey().startsWith(PREFIX))
                .filter(variable -> !OF_COMMANDS.contains(variable.getKey()))
                .collect(Collectors.toMap(variable -> name(variable.getKey()), Map.Entry::getValue, (one, _) -> one));
        return new Source(Configuration::variable, settings);
    }

    static String variable(String name) {
        return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static String name(String variable) {
        return variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// Reads a record of settings.
    ///
    /// @throws Invalid if any setting is wrong, missing or unknown
    public <T extends Record> T read(Class<T> type) {
        return new Reading(type).record(type);
    }

    /// Every setting with its value and the source of the value, as YAML. Secrets are masked.
    ///
    /// @throws Invalid if any setting is wrong, missing or unknown
    public String dump(Class<? extends Record> type) {
        return new Reading(type).dump();
    }

    /// One reading of all settings, which collects their faults.
    private final class Reading {

        private final List<Entry> entries;
        private final List<String> problems = new ArrayList<>();
        private final List<Source> places = new ArrayList<>(List.of(commandLine(), variables()));
        private final Map<String, Given> given = new LinkedHashMap<>();
        private final Map<String, Object> values = new HashMap<>();

        private Reading(Class<? extends Record> type) {
            entries = SettingCatalog.of(type);
            file.ifPresent(path -> places.add(new Source(name -> "`%s` of %s".formatted(name, path), contents(path))));
            refuseUnknown();
            entries.forEach(this::resolve);
            if (!problems.isEmpty()) {
                throw new Invalid(problems);
            }
        }

        private Map<String, JsonNode> contents(Path path) {
            try {
                return Values.file(Files.readString(path));
            } catch (IOException e) {
                problems.add("config: cannot read " + path);
            } catch (IllegalArgumentException e) {
                problems.add("config: %s %s".formatted(path, e.getMessage()));
            }
            return Map.of();
        }

        private void refuseUnknown() {
            var known = entries.stream()
                    .flatMap(entry -> Stream.of(entry.name(), entry.fileName()))
                    .toList();
            for (var source : places) {
                source.values().keySet().stream()
                        .filter(name -> !known.contains(name))
                        .sorted()
                        .forEach(name -> problems.add("%s is not a setting%s; see `hedgerow serve --help`"
                                .formatted(
                                        source.label().apply(name),
                                        SettingCatalog.nearest(name, known.stream())
                                                .map(near -> ": did you mean "
                                                        + source.label().apply(near) + "?")
                                                .orElse(""))));
            }
        }

        private void resolve(Entry entry) {
            var found = find(entry);
            if (found.isEmpty()) {
                return;
            }
            given.put(entry.name(), found.get());
            try {
                values.put(entry.name(), Values.convert(entry, found.get().node()));
            } catch (IllegalArgumentException e) {
                problem(entry, found.get().place(), e.getMessage());
            }
        }

        private void problem(Entry entry, String place, String what) {
            problems.add("%s, given by %s, %s. Example: %s"
                    .formatted(entry.name(), place, what, entry.setting().example()));
        }

        /// The value that counts; empty if there is none, or if it cannot be read.
        private Optional<Given> find(Entry entry) {
            for (var source : places) {
                var direct = source.values().get(entry.name());
                var path = source.values().get(entry.fileName());
                if (isBlank(direct) && isBlank(path)) {
                    continue;
                }
                var label = source.label().apply(isBlank(direct) ? entry.fileName() : entry.name());
                if (decided.containsKey(entry.name())) {
                    problems.add("%s is determined by `%s`: leave it out".formatted(label, owner));
                    return Optional.empty();
                } else if (!isBlank(direct) && !isBlank(path)) {
                    problem(entry, label, "is given twice: give the value, or a file that holds it");
                    return Optional.empty();
                }
                return isBlank(direct) ? read(entry, label, text(path)) : node(entry, label, direct);
            }
            return standard(entry);
        }

        private Optional<Given> standard(Entry entry) {
            if (!decided.getOrDefault(entry.name(), "").isEmpty()) {
                return node(entry, owner, decided.get(entry.name()));
            } else if (presets.containsKey(entry.name())) {
                return node(entry, owner, presets.get(entry.name()));
            } else if (!entry.setting().preset().isEmpty()) {
                return node(entry, "default", entry.setting().preset());
            } else if (entry.isRequired()) {
                problems.add("%s is missing. Give --%s, %s or `%s:` in the file. Example: %s"
                        .formatted(
                                entry.name(),
                                entry.name(),
                                entry.variable(),
                                entry.name(),
                                entry.setting().example()));
            }
            return Optional.empty();
        }

        private static boolean isBlank(Object value) {
            return value == null || value instanceof String text && text.isBlank();
        }

        private static String text(Object value) {
            return value instanceof JsonNode node ? node.asString("") : (String) value;
        }

        private Optional<Given> node(Entry entry, String label, Object value) {
            try {
                var node = value instanceof JsonNode tree && !(tree.isString() && entry.isMany())
                        ? tree
                        : Values.text(entry, text(value).strip());
                return Optional.of(new Given(node, label));
            } catch (IllegalArgumentException | JacksonException e) {
                problem(entry, label, e instanceof IllegalArgumentException ? e.getMessage() : "is not valid YAML");
                return Optional.empty();
            }
        }

        private Optional<Given> read(Entry entry, String label, String path) {
            try {
                var contents = Files.readString(Path.of(path.strip())).strip();
                if (!contents.isEmpty()) {
                    return node(entry, label, contents);
                }
                problem(entry, label, "names %s, which is empty".formatted(path));
            } catch (IOException e) {
                problem(entry, label, "names %s, which cannot be read".formatted(path));
            }
            return Optional.empty();
        }

        // --- the records -----------------------------------------------------------------------------------------

        private <T> T record(Class<T> type) {
            var components = type.getRecordComponents();
            var arguments = Stream.of(components).map(this::value).toArray();
            var types = Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            try {
                var constructor = type.getDeclaredConstructor(types);
                constructor.setAccessible(true);
                return constructor.newInstance(arguments);
            } catch (InvocationTargetException e) {
                throw new IllegalStateException(e.getCause());
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }

        private Object value(RecordComponent component) {
            var setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                return record(component.getType());
            }
            var value = values.get(SettingCatalog.name(component, setting));
            if (component.getType() == Optional.class) {
                return Optional.ofNullable(value);
            } else if (value == null) {
                return component.getType() == Map.class ? Map.of() : List.of();
            }
            return value;
        }

        // --- for people ------------------------------------------------------------------------------------------

        private String dump() {
            return entries.stream().map(this::line).collect(Collectors.joining(System.lineSeparator()));
        }

        private String line(Entry entry) {
            var found = given.get(entry.name());
            return found == null
                    ? "# %s is not set%s"
                            .formatted(
                                    entry.name(),
                                    entry.setting().without().isEmpty()
                                            ? ""
                                            : ": " + entry.setting().without())
                    : "%s: %s  # %s".formatted(entry.name(), shown(entry, found), found.place());
        }

        private String shown(Entry entry, Given found) {
            var value = values.get(entry.name());
            if (value instanceof DatabaseUrl url) {
                return Values.line(JsonNodeFactory.instance.stringNode(url.toString()));
            } else if (entry.setting().secret() && found.node().isObject()) {
                var masked = JsonNodeFactory.instance.objectNode();
                found.node().propertyNames().forEach(name -> masked.put(name, HIDDEN));
                return masked.toString();
            }
            return entry.setting().secret() ? '"' + HIDDEN + '"' : Values.line(found.node());
        }
    }
}
