package hedgerow.rls.review;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// Reads `rule.md`: YAML between two lines of dashes, then the page.
final class PageReader {

    private static final Pattern FORM = Pattern.compile("---\\n(?<front>.*?\\n)---\\n\\s*(?<text>.*)", Pattern.DOTALL);
    private static final Set<String> KEYS = Set.of("title", "severity", "leaks", "since", "until");

    private PageReader() {}

    /// Reads a page.
    ///
    /// @throws IllegalArgumentException if it has another form
    static RulePage read(String slug, String markdown) {
        var form = FORM.matcher(markdown);
        if (!form.matches()) {
            throw new IllegalArgumentException(slug + "/rule.md does not begin with YAML between two lines of ---");
        }
        var front = front(slug, form.group("front"));
        return new RulePage(
                slug,
                (String) front.get("title"),
                Severity.valueOf(((String) front.get("severity")).toUpperCase(Locale.ROOT)),
                ((List<?>) front.getOrDefault("leaks", List.of()))
                        .stream().map(String.class::cast).toList(),
                Optional.ofNullable((Integer) front.get("since")),
                Optional.ofNullable((Integer) front.get("until")),
                form.group("text"));
    }

    private static Map<?, Object> front(String slug, String yaml) {
        var loaded = new Load(LoadSettings.builder().setLabel(slug).build()).loadFromString(yaml);
        if (!(loaded instanceof Map<?, ?> map) || !KEYS.containsAll(map.keySet())) {
            throw new IllegalArgumentException(
                    "%s/rule.md: its front matter has title, severity, leaks, since, until".formatted(slug));
        }
        @SuppressWarnings("unchecked")
        var front = (Map<?, Object>) map;
        return front;
    }
}
