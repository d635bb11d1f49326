package hedgerow.server.http;

import io.javalin.http.Context;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The `Prefer` header (RFC 7240): any number of lines, lists, parameters, quoted values and spaces.
///
/// Preferences that this API does not define are ignored, as the RFC requires. One that it defines must be
/// understood in full: a caller who misspells a dry run must not get a real one.
final class Preferences {

    static final String HEADER = "Prefer";
    static final String ROLLBACK = "tx=rollback";

    private static final String TRANSACTION = "tx";
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
    private static final String QUOTED = "\"(?:[^\"\\\\]|\\\\.)*+\"";
    private static final Pattern PAIR =
            Pattern.compile("(%s)(?:[ \t]*+=[ \t]*+(?:(%1$s)|(%s)))?+[ \t]*+".formatted(TOKEN, QUOTED));
    private static final Pattern SPACE = Pattern.compile("[ \t]*+");

    /// A preference.
    ///
    /// @param value empty if there is none, which RFC 7240 treats the same
    private record Preference(String value, boolean hasParameters) {}

    private final Map<String, Preference> byName = new LinkedHashMap<>();

    private Preferences() {}

    /// Parses the header.
    ///
    /// @throws Problem [ProblemCode#INVALID_HEADER] if a line is malformed
    static Preferences of(Context ctx) {
        var preferences = new Preferences();
        Collections.list(ctx.req().getHeaders(HEADER)).forEach(preferences::read);
        return preferences;
    }

    /// Whether the caller requests a dry run.
    ///
    /// @throws Problem [ProblemCode#INVALID_HEADER] if a `tx` preference has a value other than `rollback`
    boolean isDryRun() {
        var preference = Optional.ofNullable(byName.get(TRANSACTION));
        preference
                .filter(asked -> asked.hasParameters || !asked.value.equals("rollback"))
                .ifPresent(_ -> {
                    throw invalid("the only transaction preference is " + ROLLBACK);
                });
        return preference.isPresent();
    }

    private void read(String line) {
        var pair = PAIR.matcher(line);
        var at = skip(line, 0);
        while (at < line.length()) {
            if (line.charAt(at) != ',') {
                at = preference(line, pair, at);
            }
            if (at < line.length() && line.charAt(at) != ',') {
                throw malformed();
            }
            at = skip(line, at + 1);
        }
    }

    /// Parses one element of the list, with its parameters.
    ///
    /// @return the position after it
    private int preference(String line, Matcher pair, int begin) {
        var at = pair(line, pair, begin);
        var name = pair.group(1).toLowerCase(Locale.ROOT);
        var value = value(pair);
        var parameters = false;
        while (at < line.length() && line.charAt(at) == ';') {
            at = skip(line, at + 1);
            if (at < line.length() && line.charAt(at) != ';' && line.charAt(at) != ',') {
                at = pair(line, pair, at);
                parameters = true;
            }
        }
        add(name, new Preference(value, parameters));
        return at;
    }

    /// Adds a preference. Of equal preferences the first counts; two that contradict each other are
    /// refused.
    private void add(String name, Preference preference) {
        var first = byName.putIfAbsent(name, preference);
        if (name.equals(TRANSACTION) && first != null && !first.equals(preference)) {
            throw invalid("it has two different %s preferences".formatted(name));
        }
    }

    private static int pair(String line, Matcher pair, int at) {
        if (!pair.region(at, line.length()).lookingAt()) {
            throw malformed();
        }
        return pair.end();
    }

    private static String value(Matcher pair) {
        var quoted = pair.group(3);
        return quoted != null
                ? quoted.substring(1, quoted.length() - 1).replaceAll("\\\\(.)", "$1")
                : Optional.ofNullable(pair.group(2)).orElse("");
    }

    private static int skip(String line, int at) {
        var space = SPACE.matcher(line).region(Math.min(at, line.length()), line.length());
        return space.lookingAt() ? space.end() : at;
    }

    private static Problem malformed() {
        return invalid("it does not follow RFC 7240");
    }

    private static Problem invalid(String why) {
        return new Problem(ProblemCode.INVALID_HEADER, "the %s header is invalid: %s".formatted(HEADER, why));
    }
}
