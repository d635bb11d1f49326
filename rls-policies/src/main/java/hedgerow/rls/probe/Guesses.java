package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.expr.RegexSample;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Many values that conditions may accept, where the usual ones do not suffice: the server tells which it accepts.
final class Guesses {

    private static final Pattern TEXT = Pattern.compile("'((?:[^']++|'')*+)'");
    private static final Pattern REGEX =
            Pattern.compile("(?:~\\*?\\s*\\(?|regexp_\\w+\\([^']*|similar_to_escape\\()'((?:[^']++|'')*+)'");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w.])-?\\d+(?:\\.\\d+)?(?![\\w.])");
    private static final int LONGEST = 400;
    private static final int MOST_PARTS = 8;
    private static final List<Integer> TIMES = List.of(1, 4, 12, 40);

    /// Texts that are written in some format, for different numbers.
    private static final List<String> FORMATS = List.of(
            "v%d@example.com",
            "https://example.com/v%d",
            "example%d.com",
            "+4930%08d",
            "{\"n\": %d}",
            "[%d]",
            "%d",
            "1.%d.0",
            "10.0.0.%d",
            "UTC",
            "en");

    private final Samples samples;
    private final Catalog catalog;

    Guesses(Samples samples, Catalog catalog) {
        this.samples = samples;
        this.catalog = catalog;
    }

    /// Values as text, the likely ones first. They may be of another type, or break the conditions.
    ///
    /// @param n different numbers give different values, as far as there are enough
    List<String> of(List<Facts.Check> checks, Column column, int n) {
        var condition = checks.stream()
                .map(Facts.Check::sql)
                .flatMap(sql -> Stream.concat(Stream.of(sql), bodies(sql)))
                .collect(Collectors.joining("\n"));
        var found = new LinkedHashSet<>(samples.suggested(condition, column, n));
        var type = samples.name(column.type());
        found.addAll(
                switch (type) {
                    case "text", "varchar", "bpchar", "citext", "name" -> texts(condition, n);
                    case "json", "jsonb" -> documents(condition, n);
                    case "date" -> dates(n).map(LocalDate::toString).toList();
                    case "timestamp", "timestamptz" ->
                        dates(n).map(date -> date + " 00:00:00").toList();
                    case "int2", "int4", "int8", "numeric", "float4", "float8", "money" -> numbers(condition, n);
                    case "inet", "cidr" -> addresses(condition, n);
                    case "interval" -> List.of("0", n + " minutes", n + " days", n + " years");
                    case "uuid" -> uuids(n);
                    default -> type.startsWith("_") ? arrays(condition, column, n) : ranges(column, n);
                });
        return List.copyOf(found);
    }

    /// The bodies of the functions that a condition calls.
    private Stream<String> bodies(String sql) {
        return catalog.functions().values().stream()
                .filter(function -> !function.schema().equals("pg_catalog") && sql.contains(function.name() + "("))
                .flatMap(function -> function.body().stream());
    }

    private static List<String> constants(String condition) {
        return TEXT.matcher(condition)
                .results()
                .map(each -> each.group(1).replace("''", "'"))
                .distinct()
                .toList();
    }

    private static List<Double> figures(String condition) {
        var outside = TEXT.matcher(condition).replaceAll("''");
        return NUMBER.matcher(outside)
                .results()
                .map(each -> Double.valueOf(each.group()))
                .distinct()
                .toList();
    }

    private static List<Integer> lengths(String condition) {
        return figures(condition).stream()
                .filter(figure -> figure > 0 && figure < LONGEST)
                .flatMap(figure -> Stream.of(figure.intValue(), figure.intValue() + 1, figure.intValue() - 1))
                .distinct()
                .toList();
    }

    // --- texts ---------------------------------------------------------------------------------------------------

    private static Set<String> texts(String condition, int n) {
        var found = new LinkedHashSet<String>();
        var patterns = patterns(condition);
        var lengths = lengths(condition);
        var times = Stream.concat(lengths.stream(), TIMES.stream()).toList();
        var matching = patterns.stream()
                .flatMap(pattern -> times.stream().flatMap(many -> RegexSample.of(pattern, n, many).stream()))
                .distinct()
                .toList();
        found.addAll(matching);
        var word = "v" + Integer.toString(n, Character.MAX_RADIX);
        var parts = new LinkedHashSet<String>();
        patterns.forEach(pattern -> RegexSample.of(pattern, n).ifPresent(parts::add));
        constants(condition).stream()
                .filter(text -> !patterns.contains(text))
                .map(text -> text.replace("%", "").replace('_', 'x'))
                .filter(text -> !text.isEmpty() && text.length() < LONGEST)
                .forEach(parts::add);
        var some =
                Stream.concat(parts.stream().limit(MOST_PARTS), Stream.of(word)).toList();
        found.add(String.join("", parts));
        for (var first : some) {
            for (var second : some) {
                found.add(first + second);
                found.add(first + word + second);
                found.add(word + first + second);
                found.add(first + second + word);
            }
        }
        FORMATS.forEach(format -> found.add(format.formatted(n)));
        var padded = found.stream()
                .limit(100)
                .flatMap(text -> lengths.stream()
                        .filter(length -> length > text.length())
                        .map(length -> text + "x".repeat(length - text.length())))
                .toList();
        found.addAll(padded);
        found.addAll(List.of(word.toUpperCase(Locale.ROOT), word.toUpperCase(Locale.ROOT) + word));
        return found;
    }

    private static List<String> patterns(String condition) {
        return REGEX.matcher(condition)
                .results()
                .map(each -> each.group(1).replace("''", "'"))
                .distinct()
                .toList();
    }

    // --- other types ---------------------------------------------------------------------------------------------

    /// Documents of every kind, and objects with all members that the condition names.
    private static List<String> documents(String condition, int n) {
        var values = Stream.of(
                        Stream.of(
                                "[]",
                                "{}",
                                "\"v%d\"".formatted(n),
                                String.valueOf(n),
                                "true",
                                "[\"v%d\"]".formatted(n)),
                        constants(condition).stream().map(Guesses::quoted),
                        figures(condition).stream().map(figure -> String.valueOf(figure.longValue() + 1)),
                        lengths(condition).stream()
                                .filter(length -> length < 10)
                                .map(length -> IntStream.range(0, length)
                                        .mapToObj(i -> "\"v%d\"".formatted(n + i))
                                        .collect(Collectors.joining(",", "[", "]"))))
                .flatMap(each -> each)
                .distinct()
                .toList();
        var found = new ArrayList<>(values);
        for (var value : values) {
            found.add(constants(condition).stream()
                    .map(member -> "%s: %s".formatted(quoted(member), value))
                    .collect(Collectors.joining(", ", "{", "}")));
        }
        return found;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    /// Days of each decade, and every day of a month.
    private static Stream<LocalDate> dates(int n) {
        var years = IntStream.of(1970, 1990, 2010, 2040, 2100, 1900)
                .mapToObj(year -> LocalDate.of(year, 1, 1).plusDays(n));
        var days = IntStream.range(0, 31)
                .mapToObj(day -> LocalDate.of(2026, 1, 1).plusMonths(n).plusDays(day));
        return Stream.concat(years, days);
    }

    private static List<String> numbers(String condition, int n) {
        var figures = figures(condition);
        var between = figures.stream()
                .flatMap(x -> figures.stream().filter(y -> x < y).map(y -> String.valueOf((x + y) / 2)));
        var small = IntStream.range(0, 13).mapToObj(String::valueOf);
        var large = IntStream.of(100, 1_000, 1_000_000, 1_000_000_000).mapToObj(each -> String.valueOf(each + n));
        return Stream.of(between, small, large, Stream.of("0.5", "-1"))
                .flatMap(each -> each)
                .toList();
    }

    private static List<String> addresses(String condition, int n) {
        var masks = figures(condition).stream()
                .map(Double::intValue)
                .filter(mask -> mask >= 8 && mask <= 32)
                .flatMap(mask -> Stream.of("10.0.0.0/%d", "192.168.0.0/%d").map(net -> net.formatted(mask)));
        return Stream.concat(masks, Stream.of("fd00::%x".formatted(n), "10.%d.0.0/16".formatted(n % 256)))
                .toList();
    }

    private static List<String> uuids(int n) {
        return IntStream.of(7, 4, 1)
                .mapToObj(version -> "%08d-0000-%d000-8000-%012d".formatted(10_000_000 + n, version, n))
                .toList();
    }

    /// Arrays of the constants of the condition, of every length.
    private List<String> arrays(String condition, Column column, int n) {
        var own = IntStream.range(0, 4)
                .mapToObj(i -> samples.element(column, n + i))
                .flatMap(Optional::stream);
        var elements = Stream.concat(constants(condition).stream(), own)
                .limit(MOST_PARTS)
                .toList();
        var found = new ArrayList<>(List.of("{}"));
        for (var from = 0; from < elements.size(); from++) {
            for (var to = from + 1; to <= elements.size(); to++) {
                found.add(elements.subList(from, to).stream()
                        .map(Guesses::quoted)
                        .collect(Collectors.joining(",", "{", "}")));
            }
        }
        return found;
    }

    /// Ranges that are wide, and without an end; none if the type is of another kind.
    private List<String> ranges(Column column, int n) {
        return samples.range(column, n, 40 + 2 * n).stream()
                .flatMap(wide -> {
                    var comma = wide.indexOf(',');
                    return Stream.of(
                            wide, wide.substring(0, comma) + ",)", "(" + wide.substring(comma), "(,)", "empty");
                })
                .toList();
    }
}
