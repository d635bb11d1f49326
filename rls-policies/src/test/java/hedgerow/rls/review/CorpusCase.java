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
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// A folder of `rls-policies/corpus`: a schema with flaws, its clean twin, and the flaws by name.
///
/// @param since first major version of PostgreSQL on which its scripts run
/// @param preset with which its scripts are loaded as files
record CorpusCase(
        String name,
        String about,
        Optional<Integer> since,
        Optional<Preset> preset,
        List<Flaw> flaws,
        String bad,
        String good) {

    private static final Path FOLDER = Path.of("corpus");

    /// What the review must find.
    ///
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
                    && object.equals(finding.object())
                    && severity.orElse(finding.severity().label())
                            .equals(finding.severity().label());
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
                    ((List<?>) yaml.get("flaws"))
                            .stream().map(flaw -> Flaw.of((Map<?, ?>) flaw)).toList(),
                    Files.readString(folder.resolve("bad.sql")),
                    Files.readString(folder.resolve("good.sql")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path file(String script) {
        return FOLDER.resolve(name).resolve(script);
    }

    boolean runsOn(int major) {
        return major >= since.orElse(major);
    }
}
