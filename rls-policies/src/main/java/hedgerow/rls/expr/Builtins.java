package hedgerow.rls.expr;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// The functions of `pg_catalog` and of citext that policies use; all of them are strict. Each receives
/// values that are neither NULL nor unknown, and returns [Value#UNKNOWN] where it would have to guess.
final class Builtins {

    private static final Pattern COMPARISON = Pattern.compile(
            "(?:bool|int(?:2|4|8|24|42|28|82|48|84)|oid|uuid_|text_?|name_?|bpchar|char|numeric_|citext_|jsonb_"
                    + "|timestamp_|timestamptz_|date_)"
                    + "(eq|ne|lt|le|gt|ge)|name(eq|ne)text|text(eq|ne)name");

    private static final Value CANNOT = Value.UNKNOWN;

    private static final Map<String, Function<List<Value>, Value>> FUNCTIONS = Map.ofEntries(
            Map.entry("lower", a -> ascii(a, text -> text.toLowerCase(Locale.ROOT))),
            Map.entry("upper", a -> ascii(a, text -> text.toUpperCase(Locale.ROOT))),
            Map.entry("btrim", a -> a.size() == 1 ? text(a, text -> text.replaceAll("^ +| +$", "")) : CANNOT),
            Map.entry(
                    "length",
                    a -> a.getFirst() instanceof Value.Text(var text)
                            ? Value.of(text.codePointCount(0, text.length()))
                            : CANNOT),
            Map.entry("textcat", Builtins::joined),
            Map.entry("textanycat", Builtins::joined),
            Map.entry("anytextcat", Builtins::joined),
            Map.entry("starts_with", a -> texts(a, (text, prefix) -> Value.of(text.startsWith(prefix)))),
            Map.entry("split_part", Builtins::splitPart),
            Map.entry("translate", Builtins::translate),
            Map.entry("substr", Builtins::substring),
            Map.entry("substring", Builtins::substring),
            Map.entry("textlike", a -> texts(a, Builtins::like)),
            Map.entry("textnlike", a -> not(texts(a, Builtins::like))),
            Map.entry("texticlike", a -> texts(lower(a), Builtins::like)),
            Map.entry("texticnlike", a -> not(texts(lower(a), Builtins::like))),
            Map.entry("textregexeq", a -> texts(a, Builtins::matches)),
            Map.entry("textregexne", a -> not(texts(a, Builtins::matches))),
            Map.entry("text", Builtins::toText),
            Map.entry("varchar", Builtins::truncate),
            Map.entry("bool", a -> a.getFirst() instanceof Value.Int(var number) ? Value.of(number != 0) : CANNOT),
            Map.entry("int2", a -> resize(a, Short.MIN_VALUE, Short.MAX_VALUE)),
            Map.entry("int4", a -> resize(a, Integer.MIN_VALUE, Integer.MAX_VALUE)),
            Map.entry("int8", a -> resize(a, Long.MIN_VALUE, Long.MAX_VALUE)),
            Map.entry("numeric", a -> a.size() == 1 ? numeric(a.getFirst()) : CANNOT),
            Map.entry("json_object_field", a -> member(a)),
            Map.entry("jsonb_object_field", a -> member(a)),
            Map.entry("json_object_field_text", a -> asText(member(a))),
            Map.entry("jsonb_object_field_text", a -> asText(member(a))),
            Map.entry("json_extract_path", Builtins::path),
            Map.entry("jsonb_extract_path", Builtins::path),
            Map.entry("json_extract_path_text", a -> asText(path(a))),
            Map.entry("jsonb_extract_path_text", a -> asText(path(a))),
            Map.entry("string_to_array", Builtins::split));

    private static final Map<String, Integer> INTEGER_BITS = Map.of("int2", 16, "int4", 32, "int8", 64);
    private static final Pattern ARITHMETIC = Pattern.compile("(int[248])(pl|mi|mul)");

    static boolean knows(String name) {
        return FUNCTIONS.containsKey(name)
                || COMPARISON.matcher(name).matches()
                || ARITHMETIC.matcher(name).matches();
    }

    /// Applies a function.
    ///
    /// @param deterministic whether strings are equal only if their bytes are
    static Value apply(String name, List<Value> arguments, boolean deterministic) {
        var comparison = COMPARISON.matcher(name);
        if (comparison.matches()) {
            var verb = Optional.ofNullable(comparison.group(1))
                    .or(() -> Optional.ofNullable(comparison.group(2)))
                    .orElseGet(() -> comparison.group(3));
            return compare(verb, normalize(name, arguments), deterministic);
        }
        var arithmetic = ARITHMETIC.matcher(name);
        if (arithmetic.matches()) {
            return calculate(arithmetic.group(2), INTEGER_BITS.get(arithmetic.group(1)), arguments);
        }
        var function = FUNCTIONS.get(name);
        return function == null ? CANNOT : function.apply(arguments);
    }

    // --- comparisons ---------------------------------------------------------------------------------------------

    private static List<Value> normalize(String name, List<Value> arguments) {
        if (name.startsWith("bpchar")) {
            return arguments.stream().map(Builtins::unpad).toList();
        }
        return name.startsWith("citext") ? lower(arguments) : arguments;
    }

    private static Value unpad(Value value) {
        return value instanceof Value.Text(var text) ? Value.of(text.replaceAll(" +$", "")) : value;
    }

    private static List<Value> lower(List<Value> arguments) {
        return arguments.stream()
                .map(value -> ascii(List.of(value), text -> text.toLowerCase(Locale.ROOT)))
                .toList();
    }

    private static Value compare(String verb, List<Value> operands, boolean deterministic) {
        var left = operands.getFirst();
        var right = operands.getLast();
        if (!left.isKnown() || !right.isKnown()) {
            return CANNOT;
        }
        if (left.equals(right)) {
            return Value.of(verb.equals("eq") || verb.equals("le") || verb.equals("ge"));
        }
        if (verb.equals("eq") || verb.equals("ne")) {
            return differ(left, right, deterministic)
                    .map(differ -> Value.of(differ == verb.equals("ne")))
                    .orElse(CANNOT);
        }
        return order(left, right).map(order -> Value.of(test(verb).test(order))).orElse(CANNOT);
    }

    private static IntPredicate test(String verb) {
        return switch (verb) {
            case "lt" -> order -> order < 0;
            case "le" -> order -> order <= 0;
            case "gt" -> order -> order > 0;
            default -> order -> order >= 0;
        };
    }

    private static Optional<Boolean> differ(Value left, Value right, boolean deterministic) {
        return switch (left) {
            case Value.Text _ -> deterministic && right instanceof Value.Text ? Optional.of(true) : Optional.empty();
            case Value.Uuid _, Value.Bool _, Value.Int _, Value.Decimal _ ->
                order(left, right).map(order -> order != 0);
            case Value.Array _, Value.Json _, Value.Null _, Value.Unknown _, Value.Failed _ -> Optional.empty();
        };
    }

    /// Compares two values; empty for text, whose order depends on the collation.
    private static Optional<Integer> order(Value left, Value right) {
        if (left instanceof Value.Bool(var x) && right instanceof Value.Bool(var y)) {
            return Optional.of(Boolean.compare(x, y));
        }
        if (left instanceof Value.Uuid(var x) && right instanceof Value.Uuid(var y)) {
            var high = Long.compareUnsigned(x.getMostSignificantBits(), y.getMostSignificantBits());
            return Optional.of(
                    high != 0 ? high : Long.compareUnsigned(x.getLeastSignificantBits(), y.getLeastSignificantBits()));
        }
        return numeric(left) instanceof Value.Decimal(var x) && numeric(right) instanceof Value.Decimal(var y)
                ? Optional.of(x.compareTo(y))
                : Optional.empty();
    }

    // --- numbers -------------------------------------------------------------------------------------------------

    private static Value numeric(Value value) {
        return value instanceof Value.Int(var number) ? new Value.Decimal(BigDecimal.valueOf(number)) : value;
    }

    private static Value calculate(String verb, int bits, List<Value> operands) {
        if (!(numeric(operands.getFirst()) instanceof Value.Decimal(var x))
                || !(numeric(operands.getLast()) instanceof Value.Decimal(var y))) {
            return CANNOT;
        }
        var result = switch (verb) {
            case "pl" -> x.add(y);
            case "mi" -> x.subtract(y);
            default -> x.multiply(y);
        };
        return result.toBigInteger().bitLength() < bits ? Value.of(result.longValueExact()) : new Value.Failed("22003");
    }

    private static Value resize(List<Value> arguments, long least, long most) {
        return switch (arguments.getFirst()) {
            case Value.Int(var number) ->
                number >= least && number <= most ? arguments.getFirst() : new Value.Failed("22003");
            case Value.Bool(var truth) -> Value.of(truth ? 1 : 0);
            default -> CANNOT;
        };
    }

    // --- strings -------------------------------------------------------------------------------------------------

    @FunctionalInterface
    private interface TextFunction {
        Value apply(String left, String right);
    }

    private static Value text(List<Value> arguments, Function<String, String> function) {
        return arguments.getFirst() instanceof Value.Text(var text) ? Value.of(function.apply(text)) : CANNOT;
    }

    private static Value texts(List<Value> arguments, TextFunction function) {
        return arguments.size() == 2
                        && arguments.getFirst() instanceof Value.Text(var left)
                        && arguments.getLast() instanceof Value.Text(var right)
                ? function.apply(left, right)
                : CANNOT;
    }

    /// Changes case in ASCII text; that of other letters depends on the collation.
    private static Value ascii(List<Value> arguments, Function<String, String> function) {
        var plain = arguments.getFirst() instanceof Value.Text(var text)
                && text.chars().allMatch(c -> c < 128);
        return plain ? text(arguments, function) : CANNOT;
    }

    private static Value not(Value value) {
        return value instanceof Value.Bool(var truth) ? Value.of(!truth) : value;
    }

    private static Value joined(List<Value> arguments) {
        return texts(printed(arguments), (x, y) -> Value.of(x + y));
    }

    /// The texts of values of types that have one text each.
    private static List<Value> printed(List<Value> values) {
        return values.stream()
                .map(value -> switch (value) {
                    case Value.Uuid(var uuid) -> Value.of(uuid.toString());
                    case Value.Int(var number) -> Value.of(String.valueOf(number));
                    case Value.Text text -> text;
                    default -> CANNOT;
                })
                .toList();
    }

    private static Value toText(List<Value> arguments) {
        return switch (arguments.getFirst()) {
            case Value.Bool(var truth) -> Value.of(truth ? "true" : "false");
            case Value.Text _ -> unpad(arguments.getFirst());
            default -> CANNOT;
        };
    }

    /// Computes `varchar(text, typmod, explicit)`: an explicit cast truncates, an assignment fails.
    private static Value truncate(List<Value> arguments) {
        if (arguments.size() != 3
                || !(arguments.getFirst() instanceof Value.Text(var text))
                || !(arguments.get(1) instanceof Value.Int(var typmod))) {
            return CANNOT;
        }
        var length = (int) typmod - 4;
        if (length < 0 || text.codePointCount(0, text.length()) <= length) {
            return arguments.getFirst();
        }
        return arguments.getLast().isTrue() ? Value.of(text.substring(0, text.offsetByCodePoints(0, length))) : CANNOT;
    }

    /// Replaces each character that occurs in `from` by the one at its first position there in `to`, or by
    /// nothing.
    private static Value translate(List<Value> a) {
        if (!(a.getFirst() instanceof Value.Text(var text))
                || !(a.get(1) instanceof Value.Text(var from))
                || !(a.getLast() instanceof Value.Text(var to))) {
            return CANNOT;
        }
        var replaced = new StringBuilder();
        var target = to.codePoints().toArray();
        text.codePoints().forEach(c -> {
            var place = from.indexOf(c) < 0 ? -1 : from.codePointCount(0, from.indexOf(c));
            if (place < 0) {
                replaced.appendCodePoint(c);
            } else if (place < target.length) {
                replaced.appendCodePoint(target[place]);
            }
        });
        return Value.of(replaced.toString());
    }

    private static Value splitPart(List<Value> a) {
        if (!(a.getFirst() instanceof Value.Text(var text))
                || !(a.get(1) instanceof Value.Text(var separator))
                || !(a.getLast() instanceof Value.Int(var number))
                || separator.isEmpty()
                || number < 1) {
            return CANNOT;
        }
        var parts = text.split(Pattern.quote(separator), -1);
        return Value.of(number <= parts.length ? parts[(int) number - 1] : "");
    }

    private static Value substring(List<Value> a) {
        if (!(a.getFirst() instanceof Value.Text(var text)) || !(a.get(1) instanceof Value.Int(var from))) {
            return CANNOT;
        }
        if (a.size() == 3 && !(a.get(2) instanceof Value.Int)) {
            return CANNOT;
        }
        if (a.size() == 3 && ((Value.Int) a.get(2)).value() < 0) {
            return new Value.Failed("22011");
        }
        var size = text.codePointCount(0, text.length());
        var start = Math.clamp(from - 1, 0, size);
        var end = a.size() == 3 ? Math.clamp(from - 1 + ((Value.Int) a.get(2)).value(), start, size) : size;
        return Value.of(text.substring(text.offsetByCodePoints(0, start), text.offsetByCodePoints(0, end)));
    }

    private static Value like(String text, String pattern) {
        var regex = new StringBuilder();
        for (var i = 0; i < pattern.length(); i++) {
            var c = pattern.charAt(i);
            if (c == '\\') {
                if (++i == pattern.length()) {
                    return new Value.Failed("22025");
                }
                regex.append(Pattern.quote(pattern.substring(i, i + 1)));
            } else {
                regex.append(c == '%' ? ".*" : c == '_' ? "." : Pattern.quote(String.valueOf(c)));
            }
        }
        return Value.of(
                Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(text).matches());
    }

    /// Regular expressions that have the same meaning in Java and PostgreSQL.
    private static final Pattern PLAIN_REGEX =
            Pattern.compile("\\^?(?:[\\w@:/, -]|\\.|\\((?!\\?)|\\)|\\||\\[\\^?[\\w@:/.-]+\\]|[*+?](?![*+?])"
                    + "|\\{\\d{1,2}(?:,\\d{0,2})?\\}(?![*+?]))*+\\$?");

    private static Value matches(String text, String pattern) {
        if (text.indexOf('\n') >= 0
                || pattern.length() > 200
                || !PLAIN_REGEX.matcher(pattern).matches()) {
            return CANNOT;
        }
        try {
            return Value.of(Pattern.compile(pattern).matcher(text).find());
        } catch (java.util.regex.PatternSyntaxException e) {
            return CANNOT;
        }
    }

    private static Value split(List<Value> arguments) {
        return texts(arguments, (text, separator) -> {
            if (separator.isEmpty()) {
                return CANNOT;
            }
            var elements = new ArrayList<Value>();
            if (!text.isEmpty()) {
                for (var part : text.split(Pattern.quote(separator), -1)) {
                    elements.add(Value.of(part));
                }
            }
            return new Value.Array(elements);
        });
    }

    // --- JSON ----------------------------------------------------------------------------------------------------

    private static Value member(List<Value> arguments) {
        return arguments.getFirst() instanceof Value.Json(var node)
                        && arguments.getLast() instanceof Value.Text(var key)
                ? step(node, key, false)
                : CANNOT;
    }

    private static Value step(JsonNode node, String key, boolean path) {
        if (path && node.isArray()) {
            return CANNOT;
        }
        var found = node.get(key);
        return found == null ? Value.NULL : new Value.Json(found);
    }

    private static Value path(List<Value> arguments) {
        if (arguments.size() != 2 || !(arguments.getLast() instanceof Value.Array(var keys))) {
            return CANNOT;
        }
        var value = arguments.getFirst();
        for (var key : keys) {
            value = value instanceof Value.Json(var node) && key instanceof Value.Text(var name)
                    ? step(node, name, true)
                    : value.isNull() ? Value.NULL : CANNOT;
        }
        return value;
    }

    private static Value asText(Value value) {
        if (!(value instanceof Value.Json(var node))) {
            return value;
        }
        if (node.isNull()) {
            return Value.NULL;
        }
        return node.isString() || node.isBoolean() || node.isIntegralNumber() ? Value.of(node.asString()) : CANNOT;
    }

    private Builtins() {}
}
