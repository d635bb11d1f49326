package hedgerow.rls.report;

import java.util.List;
import java.util.stream.Collectors;

/// Escaped markup. It can only be created from a template in the code: every inserted value is escaped,
/// unless it is markup itself.
record Html(String markup) {

    static final Html EMPTY = new Html("");

    /// Fills a template.
    ///
    /// @param template markup with a `{}` for each value, in text or between double quotes
    /// @param values markup, lists of markup, or anything else, which is shown as text
    static Html of(String template, Object... values) {
        var parts = template.split("\\{}", -1);
        if (parts.length != values.length + 1) {
            throw new IllegalArgumentException("%d values for %s".formatted(values.length, template));
        }
        var markup = new StringBuilder(parts[0]);
        for (var i = 0; i < values.length; i++) {
            markup.append(markup(values[i])).append(parts[i + 1]);
        }
        return new Html(markup.toString());
    }

    private static String markup(Object value) {
        return switch (value) {
            case Html html -> html.markup;
            case List<?> list -> list.stream().map(Html::markup).collect(Collectors.joining());
            default -> escape(value.toString());
        };
    }

    /// Text of several lines, with its line breaks.
    static Html lines(String text) {
        return new Html(text.strip().lines().map(Html::escape).collect(Collectors.joining("\n")));
    }

    private static String escape(String text) {
        return Visible.line(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
