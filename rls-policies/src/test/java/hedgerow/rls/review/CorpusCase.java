package hedgerow.rls.review;

import hedgerow.rls.load.Preset;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// A folder of `rls-policies/corpus`: a schema with flaws, its clean twin, and the flaws by name.
///
/// @param since first major version of PostgreSQL on which its scripts run
/// @param preset with which its scripts are loaded as files
/// @param missed flaws that the review does not find yet
/// @param alarms findings of the review about the clean twin that are false
/// @param claims that fail, by schema
/// @param shared tables whose rows are meant for everybody
/// @param accepted claims that are broken on purpose
/// @param exempt roles that no policy binds on purpose
/// @param leaks ids of `docs/leaks.md` that the bad schema is an example of
record CorpusCase(
        String name,
        String about,
        Optional<Integer> since,
        Optional<Preset> preset,
        List<Flaw> flaws,
        List<Flaw> missed,
        List<Flaw> alarms,
        Claims claims,
        List<String> shared,
        List<Config.Acceptance> accepted,
        List<String> exempt,
        List<String> leaks,
        String bad,
        String good) {

    private static final Path FOLDER = Path.of("corpus");

    /// A flaw that the review must find.
    ///
    /// @param object as the finding spells it, but `database *` for the database itself
    /// @param severity of the finding; any, if it is empty
    /// @param why for the reader
    record Flaw(String rule, String object, Optional<String> severity, String why) {

        static Flaw of(Map<?, ?> yaml) {
            return new Flaw(
                    (String) yaml.get("rule"),
                    (String) yaml.get("object"),
                    Optional.ofNullable((String) yaml.get("severity")),
                    (String) yaml.get("why"));
        }

        boolean isFoundBy(Finding finding) {
            return rule.equals(finding.rule())
                    && object.equals(finding.object().replaceFirst("^database .*", "database *"))
                    && severity.orElse(finding.severity().label())
                            .equals(finding.severity().label());
        }
    }

    /// The claims that fail on each schema, by their names.
    record Claims(Set<String> bad, Set<String> good) {

        static Claims of(Map<?, ?> yaml) {
            return new Claims(names(yaml.get("bad")), names(yaml.get("good")));
        }

        private static Set<String> names(Object list) {
            return ((List<?>) list).stream().map(String.class::cast).collect(Collectors.toUnmodifiableSet());
        }
    }

    static List<CorpusCase> all() {
        try (var folders = Files.list(FOLDER)) {
            return folders.filter(Files::isDirectory)
                    .sorted()
                    .map(CorpusCase::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CorpusCase read(Path folder) {
        try {
            var settings = LoadSettings.builder().setLabel(folder.toString()).build();
            var yaml = (Map<?, ?>) new Load(settings).loadFromString(Files.readString(folder.resolve("labels.yaml")));
            return new CorpusCase(
                    folder.getFileName().toString(),
                    (String) yaml.get("about"),
                    Optional.ofNullable((Integer) yaml.get("since")),
                    Optional.ofNullable((String) yaml.get("preset"))
                            .map(preset -> Preset.valueOf(preset.toUpperCase(Locale.ROOT))),
                    flaws(yaml.get("flaws")),
                    flaws(yaml.get("missed")),
                    flaws(yaml.get("alarms")),
                    Claims.of((Map<?, ?>) yaml.get("claims")),
                    texts(yaml.get("shared")),
                    accepted(yaml.get("accepted")),
                    texts(yaml.get("exempt")),
                    texts(yaml.get("leaks")),
                    Files.readString(folder.resolve("bad.sql")),
                    Files.readString(folder.resolve("good.sql")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> texts(Object list) {
        return list == null
                ? List.of()
                : ((List<?>) list).stream().map(String.class::cast).toList();
    }

    private static List<Config.Acceptance> accepted(Object list) {
        return list == null
                ? List.of()
                : ((List<?>) list)
                        .stream()
                                .map(item -> (Map<?, ?>) item)
                                .map(item -> new Config.Acceptance(
                                        "prove-" + item.get("claim"),
                                        (String) item.get("object"),
                                        (String) item.get("why"),
                                        Optional.empty(),
                                        OptionalInt.of(1)))
                                .toList();
    }

    /// The configuration that a user would write in `hedgerow.yaml`: shared tables, and accepted claims.
    Config config() {
        var own = preset.map(Preset::config).orElse(Config.NONE);
        return new Config(
                own.file(),
                own.schemas(),
                own.ignoredSchemas(),
                own.tenantColumns(),
                own.tenantVariables(),
                Stream.concat(own.sharedTables().stream(), shared.stream()).toList(),
                own.loginRoles(),
                Stream.concat(own.accepted().stream(), accepted.stream()).toList(),
                own.examined());
    }

    private static List<Flaw> flaws(Object list) {
        return list == null
                ? List.of()
                : ((List<?>) list)
                        .stream().map(flaw -> Flaw.of((Map<?, ?>) flaw)).toList();
    }

    Path file(String script) {
        return FOLDER.resolve(name).resolve(script);
    }

    /// Its scripts with a prefix, `attack-` or `accepted-`, by the claim that the rest of the name is.
    Map<String, Path> scripts(String prefix) {
        try (var files = Files.list(FOLDER.resolve(name))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .collect(Collectors.toMap(
                            file -> file.getFileName()
                                    .toString()
                                    .substring(prefix.length())
                                    .replace(".sql", ""),
                            file -> file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    boolean runsOn(int major) {
        return major >= since.orElse(major);
    }
}
