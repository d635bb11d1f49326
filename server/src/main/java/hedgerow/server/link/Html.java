package hedgerow.server.link;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A piece of HTML. Text becomes HTML only by being escaped, or by being a template of this project.
record Html(String text) {

    static final Html NOTHING = new Html("");

    private static final Pattern PLACE = Pattern.compile("\\{([a-z_]+)}");
    private static final Map<String, String> TEMPLATES = new ConcurrentHashMap<>();

    /// Escapes a text for content and for quoted attributes.
    static Html of(String text) {
        return new Html(text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;"));
    }

    /// Fills a template. A [String] is escaped, an [Html] is taken as it is.
    static Html filled(String template, Map<String, ?> values) {
        return new Html(PLACE.matcher(resource(template + ".html")).replaceAll(place -> {
            var value = Optional.ofNullable(values.get(place.group(1)))
                    .orElseThrow(() -> new IllegalStateException(template + " has no value for " + place.group(1)));
            return Matcher.quoteReplacement(value instanceof Html html ? html.text : of(value.toString()).text);
        }));
    }

    Html and(Html other) {
        return new Html(text + other.text);
    }

    static String resource(String name) {
        return TEMPLATES.computeIfAbsent(name, Html::read);
    }

    private static String read(String name) {
        try (var in = Html.class.getResourceAsStream("/pay/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
