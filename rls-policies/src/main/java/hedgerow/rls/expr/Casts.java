package hedgerow.rls.expr;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// The text forms of values, as `CoerceViaIO` and explicit casts convert them.
final class Casts {

    private static final Value INVALID = new Value.Failed("22P02");
    private static final Value OUT_OF_RANGE = new Value.Failed("22003");

    private static final Pattern UUID_TEXT = Pattern.compile("(\\{?)((?:[0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4})(\\}?)");
    private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern NUMERAL = Pattern.compile("[+-]?[0-9]{1,100}(?:\\.[0-9]{1,100})?");
    private static final Pattern LIKE_A_NUMBER = Pattern.compile("(?i).*(?:[0-9]|nan|inf).*");
    private static final int LONGEST_NAME = 63;

    private static final JsonMapper JSON = new JsonMapper();

    /// The value under another type; [Value#UNKNOWN] for types that are not modelled.
    static Value convert(Value value, long type, Names names) {
        return switch (value) {
            case Value.Null _, Value.Unknown _, Value.Failed _ -> value;
            case Value.Text(var text) -> parse(text, type, names);
            case Value.Bool(var truth) -> type == Types.BOOL ? value : parse(truth ? "t" : "f", type, names);
            case Value.Int(var number) -> parse(Long.toString(number), type, names);
            case Value.Decimal(var number) -> parse(number.toPlainString(), type, names);
            case Value.Uuid(var uuid) -> parse(uuid.toString(), type, names);
            case Value.Json json -> type == Types.JSON || type == Types.JSONB ? json : Value.UNKNOWN;
            case Value.Array(var elements) -> array(elements, type, names);
        };
    }

    private static Value array(List<Value> elements, long type, Names names) {
        var element = Types.element(type);
        if (element == 0) {
            return Value.UNKNOWN;
        }
        var converted =
                elements.stream().map(value -> convert(value, element, names)).toList();
        var failed = converted.stream().filter(Value.Failed.class::isInstance).findFirst();
        return failed.orElse(new Value.Array(converted));
    }

    private static Value parse(String text, long type, Names names) {
        return switch ((int) type) {
            case (int) Types.TEXT, (int) Types.VARCHAR, (int) Types.BPCHAR -> Value.of(text);
            case (int) Types.NAME -> text.getBytes(UTF_8).length <= LONGEST_NAME ? Value.of(text) : Value.UNKNOWN;
            case (int) Types.BOOL -> bool(text);
            case (int) Types.UUID -> uuid(text);
            case (int) Types.INT2 -> integer(text, Short.MIN_VALUE, Short.MAX_VALUE);
            case (int) Types.INT4 -> integer(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
            case (int) Types.INT8 -> integer(text, Long.MIN_VALUE, Long.MAX_VALUE);
            case (int) Types.NUMERIC -> numeric(text);
            case (int) Types.JSON, (int) Types.JSONB -> json(text);
            default -> names.type(type).filter(Casts::isCitext).isPresent() ? Value.of(text) : Value.UNKNOWN;
        };
    }

    static boolean isCitext(String type) {
        return type.equals("citext") || type.endsWith(".citext");
    }

    private static Value uuid(String text) {
        var match = UUID_TEXT.matcher(text);
        if (!match.matches() || match.group(1).isEmpty() != match.group(3).isEmpty()) {
            return INVALID;
        }
        var number = new BigInteger(match.group(2).replace("-", ""), 16);
        return Value.of(new UUID(number.shiftRight(64).longValue(), number.longValue()));
    }

    /// Parses a boolean: any case, any unambiguous prefix of the word.
    private static Value bool(String text) {
        var word = text.strip().toLowerCase(Locale.ROOT);
        if (word.isEmpty() || word.equals("o")) {
            return INVALID;
        }
        if (word.equals("1") || "true".startsWith(word) || "yes".startsWith(word) || word.equals("on")) {
            return Value.TRUE;
        }
        return word.equals("0") || "false".startsWith(word) || "no".startsWith(word) || "off".startsWith(word)
                ? Value.FALSE
                : INVALID;
    }

    /// Parses an integer. From version 16 on, `0x1F` and `1_000` are numbers too.
    private static Value integer(String text, long least, long most) {
        var digits = text.strip();
        if (!INTEGER.matcher(digits).matches()) {
            return digits.length() > 1 && digits.matches("[+-]?[0-9].*") ? Value.UNKNOWN : INVALID;
        }
        var number = new BigInteger(digits.startsWith("+") ? digits.substring(1) : digits);
        var fits = number.compareTo(BigInteger.valueOf(least)) >= 0 && number.compareTo(BigInteger.valueOf(most)) <= 0;
        return fits ? Value.of(number.longValueExact()) : OUT_OF_RANGE;
    }

    private static Value numeric(String text) {
        var digits = text.strip();
        if (NUMERAL.matcher(digits).matches()) {
            return new Value.Decimal(new BigDecimal(digits));
        }
        return LIKE_A_NUMBER.matcher(digits).matches() ? Value.UNKNOWN : INVALID;
    }

    static Value json(String text) {
        try {
            var node = JSON.readTree(text);
            return node.isMissingNode() ? INVALID : new Value.Json(node);
        } catch (JacksonException e) {
            return INVALID;
        }
    }

    private Casts() {}
}
