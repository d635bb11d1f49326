package hedgerow.rls.probe;

import hedgerow.rls.catalog.Catalog;
import hedgerow.rls.catalog.Column;
import hedgerow.rls.catalog.Type;
import hedgerow.rls.expr.RegexSample;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Values of any type, as text that the server can read: different numbers give different values, as far as
/// the type has enough.
final class Samples {

    private static final Pattern LENGTH = Pattern.compile("\\((\\d+)");
    private static final Pattern TEXT = Pattern.compile("'((?:[^']++|'')*+)'");
    private static final Pattern NUMBER = Pattern.compile("(?<![\\w'.-])-?\\d+(?:\\.\\d+)?(?![\\w'.-])");
    private static final Pattern REGEX = Pattern.compile("~\\*?\\s*\\(?'((?:[^']++|'')*+)'");
    private static final int LONGEST = 400;
    private static final Set<String> ORDERED = Set.of(
            "bool", "uuid", "int2", "int4", "int8", "numeric", "date", "time", "timestamp", "timestamptz", "interval");

    /// The number of shifts, small enough for all values to fit in a `smallint`.
    private static final int SHIFTS = 8_000;

    private final Catalog catalog;
    private final Facts facts;
    private final int shift;

    /// A source of values.
    ///
    /// @param seed from which all values follow
    Samples(Catalog catalog, Facts facts, long seed) {
        this.catalog = catalog;
        this.facts = facts;
        this.shift = seed == 0 ? 0 : new Random(seed).nextInt(SHIFTS);
    }

    /// The type without domains.
    long base(long type) {
        return catalog.type(type)
                .filter(known -> known.kind() == 'd')
                .map(known -> base(known.baseType()))
                .orElse(type);
    }

    boolean isText(long type) {
        return List.of("text", "varchar", "bpchar", "name", "citext").contains(name(type));
    }

    boolean isNumber(long type) {
        return catalog.type(base(type)).filter(known -> known.category() == 'N').isPresent();
    }

    boolean isWhole(long type) {
        return List.of("int2", "int4", "int8").contains(name(type));
    }

    /// Whether values of the type can be compared, as far as is known here.
    boolean isOrdered(long type) {
        return isText(type)
                || ORDERED.contains(name(type))
                || !facts.labels(base(type)).isEmpty();
    }

    /// The name of the type without domains.
    String name(long type) {
        return catalog.type(base(type)).map(Type::name).orElse("");
    }

    Optional<String> of(Column column, int n) {
        return of(column.type(), column.typeName(), n);
    }

    /// A value.
    ///
    /// @param spelled the type with its length, if it has any
    Optional<String> of(long type, String spelled, int n) {
        var base = base(type);
        var labels = facts.labels(base);
        if (!labels.isEmpty()) {
            return Optional.of(labels.get((n + shift) % labels.size()));
        }
        if (!facts.fields(base).isEmpty()) {
            return Optional.of(composite(facts.fields(base), n));
        }
        var over = facts.over(base);
        if (over.isPresent()) {
            return facts.over(over.get()).isPresent()
                    ? of(over.get(), "", n).map("{%s}"::formatted)
                    : range(over.get(), 2 * n, 2 * n + 1);
        }
        var element = catalog.type(base).map(Type::elementType).orElse(0L);
        if (element != 0 && name(type).startsWith("_")) {
            return of(element, "", n).map(value -> "{%s}".formatted(quoted(value)));
        }
        return plain(name(type), spelled, n + shift);
    }

    private Optional<String> range(long over, int first, int last) {
        var from = of(over, "", first);
        var to = of(over, "", last);
        return from.isPresent() && to.isPresent()
                ? Optional.of("[%s,%s)".formatted(quoted(from.get()), quoted(to.get())))
                : Optional.empty();
    }

    /// A range between two values, as `[from,to)`; empty if the type is of another kind.
    Optional<String> range(Column column, int first, int last) {
        return facts.over(base(column.type()))
                .filter(over -> facts.over(over).isEmpty())
                .flatMap(over -> range(over, first, last));
    }

    /// An element of an array; empty if the type is of another kind.
    Optional<String> element(Column column, int n) {
        return catalog.type(base(column.type()))
                .filter(type -> type.elementType() != 0)
                .flatMap(type -> of(type.elementType(), "", n));
    }

    private String composite(List<Long> types, int n) {
        return types.stream()
                .map(type -> of(type, "", n).map(Samples::quoted).orElse(""))
                .collect(Collectors.joining(",", "(", ")"));
    }

    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private static Optional<String> plain(String name, String spelled, int n) {
        return Optional.ofNullable(
                switch (name) {
                    case "uuid" -> "%08d-0000-4000-8000-%012d".formatted(10_000_000 + n, n);
                    case "int2", "int4", "int8", "numeric", "float4", "float8", "oid", "money", "xid", "xid8" ->
                        String.valueOf(n + 1);
                    case "bool" -> n % 2 == 0 ? "false" : "true";
                    case "text", "varchar", "bpchar", "name", "citext" -> text(spelled, n);
                    case "char" -> String.valueOf((char) ('a' + n % 26));
                    case "json", "jsonb" -> "{\"n\": %d}".formatted(n);
                    case "bytea" -> "\\x%08x".formatted(n);
                    case "date" -> date(n);
                    case "timestamp" -> date(n) + " 00:00:00";
                    case "timestamptz" -> date(n) + " 00:00:00+00";
                    case "time", "timetz" -> "%02d:%02d:00".formatted(n / 60 % 24, n % 60);
                    case "interval" -> (n + 1) + " hours";
                    case "inet" -> "10.0.%d.%d".formatted(n / 256 % 256, n % 256);
                    case "cidr" -> "10.%d.%d.0/24".formatted(n / 256 % 256, n % 256);
                    case "macaddr" -> "08:00:2b:01:%02x:%02x".formatted(n / 256 % 256, n % 256);
                    case "macaddr8" -> "08:00:2b:01:02:03:%02x:%02x".formatted(n / 256 % 256, n % 256);
                    case "bit" -> bits(length(spelled).orElse(1), n);
                    case "varbit" -> Integer.toBinaryString(n);
                    case "tsvector", "tsquery", "ltree" -> "w" + n;
                    case "hstore" -> "\"n\"=>\"%d\"".formatted(n);
                    case "point" -> "(%d,%d)".formatted(n, n);
                    case "box", "lseg" -> "((0,0),(%d,%d))".formatted(n + 1, n + 1);
                    case "path", "polygon" -> "((0,0),(1,0),(0,%d))".formatted(n + 1);
                    case "circle" -> "<(0,0),%d>".formatted(n + 1);
                    case "line" -> "{1,2,%d}".formatted(n);
                    case "xml" -> "<n>%d</n>".formatted(n);
                    case "pg_lsn" -> "0/%X".formatted(n);
                    case "regclass" -> "pg_catalog.pg_class";
                    case "regtype" -> "integer";
                    case "regrole" -> "pg_monitor";
                    case "regproc" -> "pg_catalog.now";
                    default -> null;
                });
    }

    private static String date(int n) {
        return LocalDate.of(2026, 1, 1).plusDays(n).toString();
    }

    private static String text(String spelled, int n) {
        var digits = Integer.toString(n, Character.MAX_RADIX);
        return length(spelled).filter(most -> most <= digits.length()).isPresent() ? digits : "v" + digits;
    }

    private static String bits(int length, int n) {
        var bits = "0".repeat(length) + Integer.toBinaryString(n);
        return bits.substring(bits.length() - length);
    }

    private static Optional<Integer> length(String spelled) {
        var length = LENGTH.matcher(spelled);
        return length.find() ? Optional.of(Integer.valueOf(length.group(1))) : Optional.empty();
    }

    // --- what conditions suggest ---------------------------------------------------------------------------------

    /// The values that a condition on a column may require: its constants and their neighbours, texts that
    /// its patterns match, and values as long as its numbers.
    List<String> suggested(String condition, Column column, int n) {
        var found = new LinkedHashSet<String>();
        var regex = REGEX.matcher(condition);
        while (regex.find()) {
            var pattern = regex.group(1).replace("''", "'");
            RegexSample.of(pattern, n).ifPresent(found::add);
            RegexSample.of(pattern, n + 1).ifPresent(found::add);
        }
        var text = TEXT.matcher(condition);
        while (text.find()) {
            var constant = text.group(1).replace("''", "'");
            if (constant.contains("%")) {
                found.add(constant.replace("%", "v" + n).replace('_', 'x'));
            }
            found.add(constant);
            found.add(constant.replace('_', 'x'));
            if (constant.startsWith("{") && constant.endsWith("}")) {
                found.addAll(Arrays.asList(
                        constant.substring(1, constant.length() - 1).split(",")));
            }
        }
        var numbers = new ArrayList<Double>();
        var number = NUMBER.matcher(condition);
        while (number.find()) {
            numbers.add(Double.valueOf(number.group()));
        }
        numbers.forEach(each -> found.addAll(ofNumber(each, column, n)));
        return List.copyOf(found);
    }

    private List<String> ofNumber(double number, Column column, int n) {
        var name = name(column.type());
        var whole = (int) Math.min(number, LONGEST);
        return switch (name) {
            case "int2", "int4", "int8", "numeric", "float4", "float8", "oid", "money" ->
                IntStream.of(0, 1, -1)
                        .mapToObj(by -> number == Math.rint(number)
                                ? String.valueOf((long) number + by)
                                : String.valueOf(number + by))
                        .toList();
            case "text", "varchar", "bpchar", "citext" -> whole > 0 ? List.of(ofLength(whole, n)) : List.of("");
            case "bytea" -> whole > 0 && whole < LONGEST ? List.of("\\x" + hex(whole, n)) : List.of();
            default -> name.startsWith("_") && whole > 0 && whole < 10 ? List.of(array(column, whole, n)) : List.of();
        };
    }

    private static String ofLength(int length, int n) {
        var text = "x".repeat(length) + Integer.toString(n, Character.MAX_RADIX);
        return text.substring(text.length() - length);
    }

    private static String hex(int bytes, int n) {
        var text = "ab".repeat(bytes) + "%06x".formatted(n);
        return text.substring(text.length() - 2 * bytes);
    }

    private String array(Column column, int length, int n) {
        var element = catalog.type(base(column.type())).map(Type::elementType).orElse(0L);
        return IntStream.range(0, length)
                .mapToObj(i -> quoted(of(element, "", n + i).orElse("")))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
