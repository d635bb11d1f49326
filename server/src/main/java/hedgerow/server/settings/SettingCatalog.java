package hedgerow.server.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The settings of a record and of the records in it, in their order.
public final class SettingCatalog {

    private static final String FILE_SUFFIX = "-file";
    private static final int FARTHEST = 3;

    private SettingCatalog() {}

    /// One setting.
    ///
    /// @param name in the file; `--name` on the command line
    /// @param group its heading
    public record Entry(String name, String group, Setting setting, RecordComponent component) {

        /// The environment variable, such as `HEDGEROW_POOL_SIZE`.
        public String variable() {
            return Configuration.variable(name);
        }

        /// The name of the setting for a file that holds the value.
        public String fileName() {
            return name + FILE_SUFFIX;
        }

        /// The type of its value, without `Optional`.
        Type type() {
            return component.getGenericType() instanceof ParameterizedType type && type.getRawType() == Optional.class
                    ? type.getActualTypeArguments()[0]
                    : component.getGenericType();
        }

        Class<?> rawType() {
            return type() instanceof ParameterizedType type ? (Class<?>) type.getRawType() : (Class<?>) type();
        }

        boolean isOptional() {
            return component.getType() == Optional.class;
        }

        /// Whether it needs no value on the command line to be `true`.
        public boolean isFlag() {
            return rawType() == boolean.class || rawType() == Boolean.class;
        }

        /// Whether no service starts without it.
        boolean isRequired() {
            return setting.preset().isEmpty() && !isOptional() && !isMany();
        }

        boolean isMany() {
            return Collection.class.isAssignableFrom(rawType()) || rawType() == Map.class;
        }

        /// The placeholder of its value in a synopsis.
        public String placeholder() {
            return switch (rawType().getSimpleName()) {
                case "int", "long" -> "<n>";
                case "boolean", "Boolean" -> "true|false";
                case "Duration" -> "<duration>";
                case "DatabaseUrl" -> "<url>";
                case "HexKey" -> "<hex>";
                case "List" -> "<a,b>";
                case "Map" -> "<k=v,k=v>";
                default -> "<text>";
            };
        }

        /// A sentence for `--help` about the case without a value.
        public String otherwise() {
            if (!setting.preset().isEmpty()) {
                return " Default: %s.".formatted(setting.preset());
            } else if (isRequired()) {
                return " Required.";
            }
            return setting.without().isEmpty() ? "" : " Without it: %s.".formatted(setting.without());
        }

        private String standard() {
            if (!setting.preset().isEmpty()) {
                return "`" + setting.preset() + "`";
            }
            return isRequired() ? "required" : setting.without();
        }

        /// The permitted values, as the end of "must be ...".
        String form() {
            if (rawType() == int.class || rawType() == long.class) {
                return "a whole number from %d to %d".formatted(setting.least(), setting.most());
            } else if (isFlag()) {
                return "true or false";
            } else if (rawType() == Duration.class) {
                return "a duration such as 30s, 5m or 12h";
            } else if (rawType() == String.class) {
                return "text; put quotes around what looks like a number";
            } else if (isMany()) {
                return rawType() == Map.class ? "a map" : "a list";
            }
            return "a value of its own form";
        }
    }

    public static List<Entry> of(Class<? extends Record> type) {
        return entries(type).toList();
    }

    private static Stream<Entry> entries(Class<?> type) {
        return Stream.of(type.getRecordComponents()).flatMap(component -> {
            var setting = component.getAnnotation(Setting.class);
            return setting == null
                    ? entries(component.getType())
                    : Stream.of(new Entry(
                            name(component, setting),
                            type.getAnnotation(Setting.Group.class).value(),
                            setting,
                            component));
        });
    }

    static String name(RecordComponent component, Setting setting) {
        return setting.name().isEmpty()
                ? component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT)
                : setting.name();
    }

    /// The tables of `docs/settings.md`, a heading before each.
    public static String markdown(Class<? extends Record> type) {
        var groups = of(type).stream().map(Entry::group).distinct();
        return groups.map(group -> "## " + group + "\n\n| setting | default | |\n|---|---|---|\n"
                        + of(type).stream()
                                .filter(entry -> entry.group().equals(group))
                                .map(SettingCatalog::row)
                                .collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
    }

    private static String row(Entry entry) {
        return "| `%s` | %s | %s For example `%s`. |\n"
                .formatted(
                        entry.name(),
                        entry.standard(),
                        entry.setting().value(),
                        entry.setting().example());
    }

    /// The name that was probably meant.
    public static Optional<String> nearest(String name, Stream<String> known) {
        return known.map(candidate -> Map.entry(candidate, distance(name, candidate)))
                .filter(candidate -> candidate.getValue() <= FARTHEST)
                .min(Comparator.comparingInt(Map.Entry::getValue))
                .map(Map.Entry::getKey);
    }

    /// Levenshtein's distance: the number of letters to insert, delete or replace.
    private static int distance(String from, String to) {
        var row = Stream.iterate(0, i -> i + 1)
                .limit(to.length() + 1L)
                .mapToInt(i -> i)
                .toArray();
        for (var i = 1; i <= from.length(); i++) {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.length(); j++) {
                var replaced = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[to.length()];
    }
}
