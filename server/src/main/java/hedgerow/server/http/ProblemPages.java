package hedgerow.server.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Creates a page for each problem, from `docs/errors.md`, which the jar contains.
final class ProblemPages {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_]+)` \\| [0-9]{3} \\| (.+?) \\| (.+?) \\|$");

    private ProblemPages() {}

    /// The pages by their paths.
    static Map<String, String> all() {
        var rows = ROW.matcher(text("/docs/errors.md"))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), Function.identity()));
        var template = text("/docs/problem.html");
        return Stream.of(ProblemCode.values())
                .filter(code -> rows.containsKey(code.slug()))
                .collect(Collectors.toMap(ProblemCode::page, code -> page(template, code, rows.get(code.slug()))));
    }

    private static String page(String template, ProblemCode code, MatchResult row) {
        return template.replace("{code}", code.slug())
                .replace("{status}", Integer.toString(code.status()))
                .replace("{title}", html(code.title()))
                .replace("{cause}", html(row.group(2)))
                .replace("{cure}", html(row.group(3)));
    }

    /// The HTML of a table cell, which may contain text and code.
    private static String html(String markdown) {
        return markdown.replace("&", "&amp;").replace("<", "&lt;").replaceAll("`([^`]+)`", "<code>$1</code>");
    }

    private static String text(String resource) {
        try (var in = ProblemPages.class.getResourceAsStream(resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
